/** A copy that does not keep alive the long text it was cut from (engines share the characters of a slice). */
export function owned(text: string): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(new TextEncoder().encode(text))
}

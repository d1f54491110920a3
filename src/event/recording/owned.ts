/** Shorter ones are always copied by the engine. */
const SLICE = 13

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** A copy that does not keep alive the long text it was cut from (engines share the characters of a slice). */
export function owned(text: string): string {
  return text.length < SLICE ? text : decoder.decode(encoder.encode(text))
}

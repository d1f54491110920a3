/** A field's name inside `eval` and `where`; undefined for a name that single quotes cannot hold. */
export function splField(name: string): string | undefined {
  return /['\\\u0000-\u001f]/.test(name) ? undefined : `'${name}'`
}

/** A text inside `eval` and `where`: backslash and double quote are escaped (reference §5). */
export function splText(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&')}"`
}

/** `1 rule`, `2 rules`, `2 queries`; thousands with commas. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`
}

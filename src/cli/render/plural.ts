/** `1 rule`, `2 rules`, `2 queries`; thousands with commas. */
export function plural(count: number, one: string, many = `${one}s`): string {
  // toLocaleString loads the tables of all languages first, which takes longer than many a command.
  const digits = String(count).replace(/\B(?=(\d{3})+$)/g, ',')
  return `${digits} ${count === 1 ? one : many}`
}

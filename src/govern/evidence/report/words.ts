/** `12,345` */
export function number(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',')
}

/** `1 alert`, `2 alerts` */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${number(count)} ${count === 1 ? one : many}`
}

/** `0.875` is `88 %`. */
export function percent(share: number | null): string {
  return share === null ? '–' : `${Math.round(share * 100)} %`
}

/** Times in a text as a person reads them: `2026-11-21 01:00 UTC`. The tables have them whole. */
export function withoutSeconds(text: string): string {
  return text.replace(/(\d{4}-\d\d-\d\d)T(\d\d:\d\d):\d\d(?:\.\d+)?Z/g, '$1 $2 UTC')
}

/** Milliseconds as a person says them: `45 s`, `12 min`, `3.5 h`, `2.1 d`. */
export function time(milliseconds: number | null): string {
  if (milliseconds === null) return '–'
  const [, size, unit] = UNITS.find(([from]) => milliseconds >= from) ?? ([0, 1000, 's'] as const)
  const value = milliseconds / size
  return `${value < 10 && unit !== 's' ? Math.round(value * 10) / 10 : Math.round(value)} ${unit}`
}

const UNITS = [
  [172_800_000, 86_400_000, 'd'],
  [7_200_000, 3_600_000, 'h'],
  [120_000, 60_000, 'min'],
  [0, 1000, 's'],
] as const

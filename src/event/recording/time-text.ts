let second = NaN
let prefix = ''

/** RFC 3339 with microseconds. Neighbours are mostly of one second, whose text is made once. */
export function timeText(micros: number): string {
  const seconds = Math.floor(micros / 1_000_000)
  if (seconds !== second) {
    prefix = new Date(seconds * 1000).toISOString().slice(0, 20)
    second = seconds
  }
  return `${prefix}${String(micros - seconds * 1_000_000).padStart(6, '0')}Z`
}

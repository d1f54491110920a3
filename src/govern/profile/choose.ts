import type { ServiceProfile } from './profile.ts'

/** The profile of a unit: the one that names it most closely, that is with the most letters beside `*`. */
export function profileFor(unit: string, profiles: readonly ServiceProfile[]): ServiceProfile | undefined {
  let best: ServiceProfile | undefined
  let closest = -1
  for (const profile of profiles) {
    for (const pattern of profile.units) {
      const letters = pattern.replaceAll('*', '').length
      if (letters > closest && named(unit, pattern)) [best, closest] = [profile, letters]
    }
  }
  return best
}

function named(unit: string, pattern: string): boolean {
  const [first = '', ...parts] = pattern.split('*')
  const last = parts.pop()
  if (last === undefined) return unit === first
  if (!unit.startsWith(first)) return false
  let at = first.length
  for (const part of parts) {
    const found = unit.indexOf(part, at)
    if (found === -1) return false
    at = found + part.length
  }
  return unit.length - last.length >= at && unit.endsWith(last)
}

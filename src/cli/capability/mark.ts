import type { Capability } from './matrix.ts'

/** How a capability is written in a table. */
export function mark(of: Capability): string {
  switch (of.is) {
    case 'exact':
      return 'exact'
    case 'approximate':
      return 'approx.'
    case 'refused':
      return '–'
  }
}

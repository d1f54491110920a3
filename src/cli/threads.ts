import { availableParallelism } from 'node:os'
import { Unusable } from './unusable.ts'

/** More than a few have nothing to do: what they find is put together in one place. */
const MOST = 16
const USUAL = 4
/** Threads take a while to get going: it is worth it for files of so many bytes, and after so many of another stream. */
const LONG = 48 << 20

export interface Threads {
  /** 1: everything is done here. */
  readonly count: number
  /** How long a file, or the beginning of a stream, is not worth it, bytes. */
  readonly worth: number
}

/** How many look through lines at once; whoever names a number has them at once. */
export function threadsOf(text: string | undefined): Threads {
  if (text === undefined) return { count: Math.min(USUAL, availableParallelism()), worth: LONG }
  const count = Number(text)
  if (!/^\d+$/.test(text) || count < 1 || count > MOST)
    throw new Unusable(`--threads takes a number from 1 to ${MOST}, not "${text}"`)
  return { count, worth: 0 }
}

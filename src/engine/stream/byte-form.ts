import { literal as wholeLiteral, type Pattern } from '../../ir/pattern.ts'
import { foldCase } from './fold.ts'

/** A pattern of one text between ends that are bound or free, to be held against ASCII bytes. */
export interface ByteForm {
  /** In small letters, unless it is cased. */
  readonly bytes: Uint8Array
  readonly cased: boolean
  readonly atStart: boolean
  readonly atEnd: boolean
}

/** The form of a pattern; undefined when it has another one, and null when no ASCII text has it. */
export function byteForm(of: Pattern, cased: boolean): ByteForm | null | undefined {
  const atStart = of[0]?.kind !== 'any'
  const atEnd = of.at(-1)?.kind !== 'any'
  const text = wholeLiteral(of.slice(atStart ? 0 : 1, atEnd ? of.length : -1))
  if (text === undefined || text === '') return undefined
  const kept = cased ? text : foldCase(text)
  if (!/^[\x00-\x7f]*$/.test(kept)) return null
  return { bytes: encoder.encode(kept), cased, atStart, atEnd }
}

const encoder = new TextEncoder()

/** Whether bytes have the form, with its text ending at an offset. */
export function hasForm(
  { bytes: text, cased, atStart, atEnd }: ByteForm,
  bytes: Uint8Array,
  from: number,
  to: number,
  end: number,
): boolean {
  const start = end - text.length
  if (start < from || (atStart && start !== from) || (atEnd && end !== to)) return false
  for (let i = text.length - 1; i >= 0; i--) {
    const byte = bytes[start + i] as number
    if (text[i] !== byte && (cased || text[i] !== small(byte))) return false
  }
  return true
}

function small(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte
}

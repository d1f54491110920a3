import ipaddr from 'ipaddr.js'
import { error, type Diagnostic } from '../diagnostic/diagnostic.ts'
import type { MapReader } from '../diagnostic/map-reader.ts'
import { didYouMean } from '../diagnostic/suggest.ts'
import { parseDuration, type Duration } from '../ir/duration.ts'
import { CAPABILITIES, type Capability, type Word } from './task.ts'

/** What tasks may be called: the sensor keeps a label in so many bytes. */
export const TASK_NAME = /^[A-Za-z0-9._-]{1,64}$/
/** Names of systemd units. */
export const UNIT = /^[A-Za-z0-9:_.@\\-]{1,250}\.(?:service|scope|slice|socket)$/
/** A UNIX socket by its path; `@` begins an abstract name. */
export const SOCKET = /^[/@].{1,106}$/
/** What grants, chains, hosts and parameters may be called: they are parts of the names of rules. */
export const NAME = /^[A-Za-z0-9_-]{1,64}$/

/** The value of a key that becomes a part of names (`behaviour/name`). */
export function decodeName(reader: MapReader, key: string, diagnostics: Diagnostic[], form = NAME): string {
  const name = reader.text(key)
  if (name === undefined || form.test(name)) return name ?? ''
  const hint = `letters, digits, "-" and "_"${form === TASK_NAME ? ' and "."' : ''}, at most 64`
  diagnostics.push(error('behaviour/name', `"${name}" cannot be a name`, reader.node(key)?.span, { hint }))
  return ''
}

export function decodeCapabilities(reader: MapReader, diagnostics: Diagnostic[]): Capability[] {
  return (reader.texts('capability') ?? []).flatMap((word) => capability(word, diagnostics))
}

function capability(word: Word, diagnostics: Diagnostic[]): Capability[] {
  const found = CAPABILITIES.find((each) => each === word.text)
  if (found !== undefined) return [found]
  const hint = didYouMean(word.text, CAPABILITIES) ?? '"detpack list fields" names them under event.action'
  diagnostics.push(error('behaviour/unknown-capability', `there is no capability "${word.text}"`, word.span, { hint }))
  return []
}

/** A duration, or undefined and a `behaviour/duration`. */
export function decodeDuration(reader: MapReader, key: string, diagnostics: Diagnostic[]): Duration | undefined {
  const written = reader.text(key)
  if (written === undefined) return undefined
  const duration = parseDuration(written)
  if (duration !== undefined) return duration
  const hint = 'write a whole number and ms, s, m, h or d, such as 10s'
  diagnostics.push(error('behaviour/duration', `"${written}" is no time`, reader.node(key)?.span, { hint }))
  return undefined
}

/** Reports a word that is none of those there are (`behaviour/unknown-word`). */
export function expectOneOf<T extends string>(
  word: Word,
  known: readonly T[],
  what: string,
  diagnostics: Diagnostic[],
): T | undefined {
  const found = known.find((each) => each === word.text)
  if (found !== undefined) return found
  const hint = didYouMean(word.text, known) ?? `write one of ${known.join(', ')}`
  diagnostics.push(error('behaviour/unknown-word', `there is no ${what} "${word.text}"`, word.span, { hint }))
  return undefined
}

/** A text of a closed list under a key. */
export function decodeWord<T extends string>(
  reader: MapReader,
  key: string,
  known: readonly T[],
  what: string,
  diagnostics: Diagnostic[],
): T | undefined {
  const text = reader.text(key)
  const span = reader.node(key)?.span ?? reader.span
  return text === undefined ? undefined : expectOneOf({ text, span }, known, what, diagnostics)
}

/** The texts of a closed list under a key; null where there is no such key. */
export function decodeWords<T extends string>(
  reader: MapReader,
  key: string,
  known: readonly T[],
  what: string,
  diagnostics: Diagnostic[],
): T[] | null {
  const words = reader.texts(key)
  return words?.flatMap((word) => expectOneOf(word, known, what, diagnostics) ?? []) ?? null
}

/** An IPv4 or IPv6 network in CIDR form, every part written out. */
export function isNetwork(text: string): boolean {
  const [address = '', bits = '', ...rest] = text.split('/')
  if (rest.length > 0 || !/^\d{1,3}$/.test(bits)) return false
  if (ipaddr.IPv4.isValidFourPartDecimal(address)) return Number(bits) <= 32
  return !address.includes('%') && ipaddr.IPv6.isValid(address) && Number(bits) <= 128
}

import type { KeyObject } from 'node:crypto'
import { error, type Diagnostic, type DiagnosticCode } from '../../diagnostic/diagnostic.ts'
import type { Source, Span } from '../../diagnostic/source.ts'
import { parseTime, type Time } from '../../event/record.ts'
import { KEY_TYPE, keyIdOf, publicKeyOf, type KeyId } from './key.ts'

/** What signatures of ssh-keygen are made for, so that one that was made for something else is none here. */
export const NAMESPACE = 'detpack'

/** Whose signature counts, and when. */
export interface Signer {
  /** The person. Several keys may be of one. */
  readonly name: string
  readonly id: KeyId
  readonly key: KeyObject
  /** The first and the last moment at which the key counts; null: no bound. */
  readonly from: Time | null
  readonly until: Time | null
  readonly span: Span
}

export type Signers = ReadonlyMap<KeyId, Signer>

/**
 * Reads people and their keys in OpenSSH's own form (ssh-keygen(1), ALLOWED SIGNERS), one a line:
 * `anna valid-before="20271231Z" ssh-ed25519 AAAA… comment`. Of its options `namespaces`, `valid-after` and `valid-before`
 * are known; times need the Z of UTC, since they would mean something else on every machine without it.
 *
 * `govern/signer`: a line that is none, or asks for what is not known here. `govern/duplicate-key`.
 */
export function parseSigners(source: Source): {
  readonly signers: Signers
  readonly diagnostics: readonly Diagnostic[]
} {
  const signers = new Map<KeyId, Signer>()
  const names = new Map<string, string>()
  const diagnostics: Diagnostic[] = []
  let start = 0
  for (const line of source.text.split('\n')) {
    const span = { source, start, end: start + line.length }
    start += line.length + 1
    if (/^\s*(?:#|$)/.test(line)) continue
    const tell = (code: DiagnosticCode, message: string): void =>
      void diagnostics.push(error(code, message, span, { hint }))
    const read = readLine(line)
    const first = typeof read === 'string' ? undefined : signers.get(read.id)
    const spelt = typeof read === 'string' ? undefined : names.get(read.name.toLowerCase())
    if (typeof read === 'string') tell('govern/signer', read)
    else if (spelt !== undefined && spelt !== read.name)
      tell(
        'govern/signer',
        `"${read.name}" and "${spelt}" must be written alike when they are one person, and apart when not`,
      )
    else if (first !== undefined) tell('govern/duplicate-key', `this is the key of "${first.name}"`)
    else {
      signers.set(read.id, { ...read, span })
      names.set(read.name.toLowerCase(), read.name)
    }
  }
  return { signers, diagnostics }
}

const hint =
  'a line is NAME [valid-after="20260101Z"] [valid-before="20271231Z"] ssh-ed25519 KEY; "detpack review signer" makes one'

/** The parts of a line, or what is wrong with it. */
function readLine(line: string): Omit<Signer, 'span'> | string {
  const words = line.trim().match(/(?:"[^"]*"|[^\s"])+/g) ?? []
  const [name = '', ...rest] = words
  if (!/^[\w.@+-]+$/.test(name)) return 'the first word must be one name: patterns and lists are not taken'
  const at = rest.indexOf(KEY_TYPE)
  if (at === -1) return `there is no ${KEY_TYPE} key; other kinds are not taken`
  const blob = Buffer.from(rest[at + 1] ?? '', 'base64')
  const key = publicKeyOf(blob)
  if (key === undefined) return 'the key cannot be read'
  const term: { from: Time | null; until: Time | null } = { from: null, until: null }
  for (const option of rest.slice(0, at).flatMap((each) => each.match(/(?:"[^"]*"|[^,"])+/g) ?? [])) {
    const [, what = '', value = ''] = /^([\w-]+)="([^"]*)"$/.exec(option) ?? []
    const time = timeOf(value)
    if (what === 'namespaces') {
      if (!value.split(',').includes(NAMESPACE)) return `the key is not for the namespace "${NAMESPACE}"`
    } else if ((what !== 'valid-after' && what !== 'valid-before') || time === undefined)
      return `"${option}" is not known here`
    else term[what === 'valid-after' ? 'from' : 'until'] = time
  }
  return { name, id: keyIdOf(blob), key, ...term }
}

/** `YYYYMMDDZ`, `YYYYMMDDHHMMZ` or `YYYYMMDDHHMMSSZ`. */
function timeOf(written: string): Time | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?Z$/.exec(written)
  if (match === null) return undefined
  const [, year = '', month = '', day = '', hour = '00', minute = '00', second = '00'] = match
  return parseTime(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
}

/** Why a signature of this time does not count although the key is known; undefined when it does. */
export function termProblem({ from, until }: Pick<Signer, 'from' | 'until'>, at: Time): string | undefined {
  if (from !== null && at < from) return 'had not begun to count'
  return until !== null && at > until ? 'had expired' : undefined
}

import { error, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import { MapReader } from '../../diagnostic/map-reader.ts'
import type { MapNode } from '../../diagnostic/yaml.ts'
import { milliseconds } from '../../ir/duration.ts'
import { decodeDuration, expectOneOf, isNetwork } from '../reading.ts'
import { CAPABILITIES, type Capability, type Word } from '../task.ts'
import { parseDestination, type Baseline, type Destination, type Gap, type Rates } from './baseline.ts'

const SUBJECT = /^(?:task\/[A-Za-z0-9._-]{1,64}|service\/[A-Za-z0-9:_.@\\{}-]{1,250}|undeclared)$/
const CLASS = /^[a-z][a-z0-9-]{0,62}$/
/** More of a list would make rules that nobody can read and no search engine likes. */
const MOST = 1000

/**
 * Reads what is normal from a baseline file; `proposal` and `approval` are read by who judges reviews. Codes:
 * `behaviour/baseline-subject`, `behaviour/baseline-entry`, `behaviour/baseline-size`, and those of maps.
 */
export function decodeBaseline(root: MapNode, diagnostics: Diagnostic[]): Baseline {
  const reader = new MapReader(root, 'behaviour', 'a baseline', diagnostics)
  reader.require('subject', 'title', 'owner')
  const subject = reader.text('subject') ?? ''
  if (!SUBJECT.test(subject)) {
    const hint = 'write task/NAME, service/UNIT or undeclared'
    diagnostics.push(
      error('behaviour/baseline-subject', `"${subject}" is nobody`, reader.node('subject')?.span, { hint }),
    )
  }
  const baseline: Baseline = {
    subject,
    title: reader.text('title') ?? '',
    owner: reader.text('owner') ?? '',
    capabilities: entries(reader, 'capabilities', diagnostics, (word) => capability(word, diagnostics)),
    destinations: entries(reader, 'destinations', diagnostics, (word) => destination(word, word.text, diagnostics)),
    programs: entries(reader, 'programs', diagnostics, (word) => shape(word, word.text, diagnostics)),
    changes: entries(reader, 'changes', diagnostics, (word) => {
      const [first = '', rest = ''] = cut(word.text, ' ')
      const used = capability({ ...word, text: first }, diagnostics)
      const [name = '', below = ''] = cut(rest, ' ')
      const objectClass = CLASS.test(name) ? name : ''
      const found = shape(word, objectClass === '' ? rest : below, diagnostics)
      return used && found && { capability: used, objectClass, shape: found }
    }),
    reads: entries(reader, 'reads', diagnostics, (word) => {
      const [name = '', path = ''] = cut(word.text, ' ')
      const objectClass = className(word, name, diagnostics)
      const found = shape(word, path, diagnostics)
      return objectClass && found && { objectClass, shape: found }
    }),
    flows: entries(reader, 'flows', diagnostics, (word) => {
      const [name = '', where = ''] = cut(word.text, ' > ')
      const objectClass = className(word, name, diagnostics)
      const to = destination(word, where, diagnostics)
      return objectClass && to && { objectClass, to }
    }),
    gaps: decodeGaps(reader, diagnostics),
    rates: decodeRates(reader, diagnostics),
    runs: decodeRuns(reader, diagnostics),
    span: root.span,
  }
  reader.node('approval')
  reader.finish()
  return baseline
}

function entries<T>(
  reader: MapReader,
  key: string,
  diagnostics: Diagnostic[],
  decode: (word: Word) => T | '' | undefined,
): T[] {
  const words = reader.texts(key) ?? []
  if (words.length > MOST) {
    const hint = 'leave single paths and addresses to wider ones, or split the task'
    const message = `"${key}" has ${words.length} entries; ${MOST} are the most that rules are made of`
    diagnostics.push(error('behaviour/baseline-size', message, reader.node(key)?.span, { hint }))
    return []
  }
  return words.flatMap((word) => {
    const found = decode(word)
    return found === undefined || found === '' ? [] : [found]
  })
}

function capability(word: Word, diagnostics: Diagnostic[]): Capability | undefined {
  return expectOneOf(word, CAPABILITIES, 'capability', diagnostics)
}

function destination(word: Word, text: string, diagnostics: Diagnostic[]): Destination | undefined {
  const found = parseDestination(text)
  const isWhole = found?.kind !== 'host' || isNetwork(`${found.address}/${found.address.includes(':') ? 128 : 32}`)
  if (found !== undefined && isWhole) return found
  wrong(
    word,
    `"${text}" is no destination`,
    'write tcp 198.51.100.10:443, udp [2001:db8::1]:53, or {parameter}',
    diagnostics,
  )
  return undefined
}

function shape(word: Word, text: string, diagnostics: Diagnostic[]): string | undefined {
  if (/^(?:\/|~\/|\{[\w-]+\}$)/.test(text) && text.length <= 4096 && !/(?<!\*)\*(?!\*)|\*{3,}/.test(text)) return text
  wrong(
    word,
    `"${text}" is no shape of a path`,
    'write /a/path, ~/a/path, with {n}, {hex}, {uuid}, {tmp}, {date}, {any} or **; or {parameter}',
    diagnostics,
  )
  return undefined
}

function className(word: Word, text: string, diagnostics: Diagnostic[]): string | undefined {
  if (CLASS.test(text)) return text
  wrong(word, `"${text}" is no class`, 'write a class of rules/resources.yml first', diagnostics)
  return undefined
}

function wrong({ span }: Word, message: string, hint: string, diagnostics: Diagnostic[]): void {
  diagnostics.push(error('behaviour/baseline-entry', message, span, { hint }))
}

function decodeGaps(parent: MapReader, diagnostics: Diagnostic[]): Gap[] {
  return (parent.list('gaps')?.items ?? []).flatMap((item): Gap[] => {
    if (item.kind !== 'map') {
      diagnostics.push(error('behaviour/wrong-type', 'a gap must be a map with "class" and "usual"', item.span))
      return []
    }
    const reader = new MapReader(item, 'behaviour', 'a gap', diagnostics)
    reader.require('class', 'usual')
    const objectClass = reader.text('class') ?? ''
    const usual = decodeDuration(reader, 'usual', diagnostics) ?? milliseconds(0)
    reader.finish()
    return [{ objectClass, usual }]
  })
}

function decodeRates(parent: MapReader, diagnostics: Diagnostic[]): Rates {
  const node = parent.map('rates')
  if (node === undefined) return { bytesSent: null, classedObjects: null, destinations: null }
  const reader = new MapReader(node, 'behaviour', 'rates', diagnostics)
  const rates = {
    bytesSent: reader.integer('bytes_sent', 0) ?? null,
    classedObjects: reader.integer('classed_objects', 0) ?? null,
    destinations: reader.integer('destinations', 0) ?? null,
  }
  reader.finish()
  return rates
}

/** Of the proposal; who proposed it is read by who judges reviews. */
function decodeRuns(parent: MapReader, diagnostics: Diagnostic[]): number | null {
  const node = parent.map('proposal')
  return node === undefined
    ? null
    : (new MapReader(node, 'behaviour', 'a proposal', diagnostics).integer('runs', 0) ?? null)
}

function cut(text: string, by: string): readonly string[] {
  const at = text.indexOf(by)
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + by.length)]
}

import type { JsonObject } from '../../event/field.ts'
import { formatTime, type Time } from '../../event/record.ts'
import { countIn, listIn, objectIn, textIn, textsIn, timeIn } from '../json.ts'
import { STATEMENT_TYPE } from './envelope.ts'

/** Names what is stated: an entry of the review log, in its first form. */
const PREDICATE_TYPE = 'detpack:review-entry/v1'

/** One entry of the review log. */
export interface Entry {
  /** From 0, without a gap. */
  readonly sequence: number
  /** SHA-256 of the line before, in hex; zeros on the first. */
  readonly previous: string
  readonly at: Time
  /** Whose key signed it. */
  readonly by: string
  readonly act: Act
}

/** What can be put on record. Each is about a subject with a digest (SHA-256, hex). */
export type Act =
  /** This file, as it is, is put up for approval. */
  | { readonly kind: 'propose'; readonly file: string; readonly digest: string }
  | { readonly kind: 'approve'; readonly file: string; readonly digest: string }
  | StartAct
  | RecordAct
  /** The review has ended. The root is that of the log before this entry. */
  | { readonly kind: 'close'; readonly period: string; readonly conclusion: string; readonly root: string }

/** What is to be reviewed, and the part that is looked at. */
export interface StartAct {
  readonly kind: 'start'
  readonly period: string
  /** The population is a file of its own; this is its digest. */
  readonly digest: string
  readonly sizes: Readonly<Record<ItemKind, number>>
  /** How each part of the population was found. */
  readonly query: Readonly<Record<ItemKind, string>>
  readonly seed: string
  /** `kind:id`, sorted. */
  readonly sample: readonly string[]
  /** What is recorded later than this is late. */
  readonly due: Time
}

export interface RecordAct {
  readonly kind: 'record'
  readonly period: string
  /** `kind:id` */
  readonly item: string
  /** Of the item as it stood in the population. */
  readonly digest: string
  readonly outcome: Outcome
  readonly note: string
  /** The ticket of what follows; empty where nothing does. */
  readonly follow: string
}

export const ITEM_KINDS = ['alert', 'change', 'baseline', 'exception'] as const
export type ItemKind = (typeof ITEM_KINDS)[number]

/** `in-order`: handled as it should be. `finding`: it was not. `unclear`: what is kept does not say. */
export const OUTCOMES = ['in-order', 'finding', 'unclear'] as const
export type Outcome = (typeof OUTCOMES)[number]

/** The statement of an entry, in in-toto's form: the subject, and what is said of it. */
export function statementOf({ sequence, previous, at, by, act }: Entry): JsonObject {
  const { name, digest } = subjectOf(act)
  return {
    _type: STATEMENT_TYPE,
    subject: [{ name, digest: { sha256: digest } }],
    predicateType: PREDICATE_TYPE,
    predicate: { sequence, previous, at: formatTime(at), by, act: jsonOf(act) },
  }
}

/** Reads a statement; undefined for what `statementOf` does not write. */
export function entryOf(statement: JsonObject): Entry | undefined {
  const predicate = objectIn(statement['predicate'])
  const act = actOf(objectIn(predicate?.['act']))
  const [sequence, at] = [countIn(predicate, 'sequence'), timeIn(predicate, 'at')]
  const [previous, by] = [textIn(predicate, 'previous'), textIn(predicate, 'by')]
  if (statement['predicateType'] !== PREDICATE_TYPE || act === undefined || sequence === undefined) return undefined
  if (at === undefined || previous === undefined || by === undefined) return undefined
  const entry = { sequence, previous, at, by, act }
  const subject = objectIn(listIn(statement['subject'])[0])
  const { name, digest } = subjectOf(act)
  const same = subject?.['name'] === name && objectIn(subject['digest'])?.['sha256'] === digest
  return same ? entry : undefined
}

function subjectOf(act: Act): { readonly name: string; readonly digest: string } {
  switch (act.kind) {
    case 'propose':
    case 'approve':
      return { name: act.file, digest: act.digest }
    case 'start':
      return { name: `population of ${act.period}`, digest: act.digest }
    case 'record':
      return { name: act.item, digest: act.digest }
    case 'close':
      return { name: `log before the end of ${act.period}`, digest: act.root }
  }
}

function jsonOf(act: Act): JsonObject {
  return act.kind === 'start' ? { ...act, due: formatTime(act.due) } : { ...act }
}

function actOf(json: JsonObject | undefined): Act | undefined {
  const texts = (...keys: readonly string[]): readonly string[] | undefined => {
    const found = keys.map((key) => textIn(json, key))
    return found.includes(undefined) ? undefined : (found as readonly string[])
  }
  const kind = textIn(json, 'kind')
  switch (kind) {
    case 'propose':
    case 'approve': {
      const [file = '', digest = ''] = texts('file', 'digest') ?? []
      return isDigest(digest) ? { kind, file, digest } : undefined
    }
    case 'start':
      return startOf(json)
    case 'record': {
      const [period = '', item = '', digest = '', said = '', note = '', follow = ''] =
        texts('period', 'item', 'digest', 'outcome', 'note', 'follow') ?? []
      const outcome = OUTCOMES.find((each) => each === said)
      if (outcome === undefined || !isDigest(digest)) return undefined
      return { kind, period, item, digest, outcome, note, follow }
    }
    case 'close': {
      const [period = '', conclusion = '', root = ''] = texts('period', 'conclusion', 'root') ?? []
      return isDigest(root) ? { kind, period, conclusion, root } : undefined
    }
    default:
      return undefined
  }
}

function startOf(json: JsonObject | undefined): StartAct | undefined {
  const [period, digest, seed] = [textIn(json, 'period'), textIn(json, 'digest'), textIn(json, 'seed')]
  const due = timeIn(json, 'due')
  const [sizes, query] = [objectIn(json?.['sizes']), objectIn(json?.['query'])]
  if (period === undefined || seed === undefined || due === undefined || !isDigest(digest ?? '')) return undefined
  const counted = ITEM_KINDS.map((kind) => [kind, countIn(sizes, kind)] as const)
  const asked = ITEM_KINDS.map((kind) => [kind, textIn(query, kind)] as const)
  if ([...counted, ...asked].some(([, value]) => value === undefined)) return undefined
  return {
    ...{ kind: 'start', period, digest: digest ?? '', seed, due, sample: textsIn(json, 'sample') },
    sizes: Object.fromEntries(counted) as StartAct['sizes'],
    query: Object.fromEntries(asked) as StartAct['query'],
  }
}

function isDigest(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text)
}

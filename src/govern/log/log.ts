import { createHash } from 'node:crypto'
import { error, hasErrors, type Diagnostic, type DiagnosticCode } from '../../diagnostic/diagnostic.ts'
import type { Source, Span } from '../../diagnostic/source.ts'
import { formatTime, type Time } from '../../event/record.ts'
import { entryOf, statementOf, type Act, type Entry } from './entry.ts'
import { readEnvelope, seal, signerOf, type SigningKey } from './envelope.ts'
import type { KeyId } from './key.ts'
import { MerkleTree, type Anchor } from './merkle.ts'
import { termProblem, type Signers } from './signers.ts'

/** An entry that was read, and whose it is. */
export interface LoggedEntry extends Entry {
  readonly keyId: KeyId
  /** The root of the log before it. */
  readonly rootBefore: string
  readonly span: Span
}

export interface ReviewLog {
  /** Those whose signature holds, in the order of the file. */
  readonly entries: readonly LoggedEntry[]
  /** Of the whole file. */
  readonly anchor: Anchor
  readonly diagnostics: readonly Diagnostic[]
}

const FIRST = '0'.repeat(64)

/**
 * Reads a review log, one envelope a line, and says where it is not what was written:
 *
 * - `govern/log-entry` a line that is no entry · `govern/log-signature` changed after it was signed
 * - `govern/unknown-key`, `govern/expired-key`, `govern/other-signer` signed by a key that is not known, does not count at
 *   that time, or is somebody else's
 * - `govern/log-missing`, `govern/log-order`, `govern/log-repeated` an entry taken out, moved, or there twice
 * - `govern/log-chain` the entry before it is another than when it was signed
 * - `govern/log-time` dated before the entry before it, or after `now`
 * - `govern/log-root` the root that a close holds is not that of the entries before it
 * - `govern/log-cut`, `govern/log-rewritten` not the log that an anchor was taken of
 *
 * @param anchors of earlier states, from where they were kept
 */
export function readLog(source: Source, signers: Signers, now: Time, anchors: readonly Anchor[] = []): ReviewLog {
  const tree = new MerkleTree()
  const roots = new Map([[0, tree.root()]])
  const read: ReadLine[] = []
  for (const { line, span } of linesOf(source)) {
    read.push(readLine(line, span, signers, tree.root()))
    tree.add(Buffer.from(line))
    roots.set(tree.size, tree.root())
  }
  const entries = read.flatMap(({ entry }) => entry ?? [])
  const damage = [...read.flatMap((each) => each.diagnostics), ...checkOrder(read), ...checkTimes(entries, now)]
  const diagnostics = [
    ...damage,
    ...checkRoots(read, damage),
    ...anchors.flatMap((anchor) => checkAnchor(anchor, roots, tree.size, source)),
  ]
  return { entries, anchor: { size: tree.size, root: tree.root() }, diagnostics }
}

/** The line of a next entry. The log must be whole, and its last entry not of later than this one. */
export function appendEntry(
  log: ReviewLog,
  lastLine: string | undefined,
  act: Act,
  who: { readonly by: string; readonly key: SigningKey; readonly at: Time },
): { readonly line?: string; readonly diagnostics: readonly Diagnostic[] } {
  if (hasErrors(log.diagnostics)) return { diagnostics: log.diagnostics }
  const last = log.entries.at(-1)
  if (last !== undefined && last.at > who.at) {
    const message = `the last entry of the log is of ${formatTime(last.at)}, which is not over yet`
    return { diagnostics: [error('govern/log-time', message, last.span, { hint: 'set the clock of this machine' })] }
  }
  const previous = lastLine === undefined ? FIRST : digestOf(lastLine)
  const entry = { sequence: (last?.sequence ?? -1) + 1, previous, at: who.at, by: who.by, act }
  return { line: seal(statementOf(entry), who.key), diagnostics: [] }
}

interface ReadLine {
  readonly entry?: LoggedEntry
  readonly digest: string
  readonly diagnostics: readonly Diagnostic[]
  readonly span: Span
}

function* linesOf(source: Source): Generator<{ readonly line: string; readonly span: Span }> {
  let start = 0
  for (const line of source.text.split('\n')) {
    const end = start + line.length
    // The last line ends with a line break; what else is empty is no entry.
    if (end < source.text.length || line !== '') yield { line, span: { source, start, end: Math.min(end, start + 40) } }
    start = end + 1
  }
}

function readLine(line: string, span: Span, signers: Signers, rootBefore: string): ReadLine {
  const digest = digestOf(line)
  const refuse = (code: DiagnosticCode, message: string, hint?: string): ReadLine => ({
    ...{ digest, span },
    diagnostics: [error(code, message, span, { hint })],
  })
  const envelope = readEnvelope(line)
  const entry = envelope && entryOf(envelope.statement)
  if (envelope === undefined || entry === undefined)
    return refuse('govern/log-entry', 'this line is no entry of the log')
  const { sequence, by, at, act } = entry
  const name = `entry ${sequence} (${act.kind}, "${by}", ${formatTime(at)})`
  const signer = signerOf(envelope, signers)
  if (signer === 'unknown-key')
    return refuse('govern/unknown-key', `${name} is signed by ${envelope.keyId}, which is nobody's key`, KEYS)
  if (signer === 'broken') return refuse('govern/log-signature', `${name} was changed after it was signed`)
  if (signer.name !== by)
    return refuse('govern/other-signer', `${name} is signed by "${signer.name}", not by who it says`)
  const expired = termProblem(signer, at)
  const diagnostics = [
    ...(expired === undefined
      ? []
      : [error('govern/expired-key', `${name} is signed by a key that ${expired} then`, span, { hint: KEYS })]),
  ]
  return { entry: { ...entry, keyId: envelope.keyId, rootBefore, span }, digest, diagnostics, span }
}

/** What is found before a close is told by itself: its root can be no other then. */
function checkRoots(read: readonly ReadLine[], damage: readonly Diagnostic[]): readonly Diagnostic[] {
  const first = Math.min(...damage.map(({ span }) => span?.start ?? 0))
  return read.flatMap(({ entry, span }) => {
    if (entry?.act.kind !== 'close' || entry.act.root === entry.rootBefore || span.start > first) return []
    const message = `entry ${entry.sequence} closed another log: the root before it was ${entry.act.root.slice(0, 12)}…`
    return [error('govern/log-root', message, span)]
  })
}

const KEYS = 'reviews/allowed_signers says whose keys count, and when'

/** Each entry holds the digest of the one before: a line that cannot be read is told by itself, not by its neighbour. */
function checkOrder(read: readonly ReadLine[]): readonly Diagnostic[] {
  const digests = new Map<number, string>()
  const found: Diagnostic[] = []
  for (const { entry, digest, span } of read) {
    if (entry === undefined) continue
    if (digests.has(entry.sequence))
      found.push(error('govern/log-repeated', `there are two entries ${entry.sequence}`, span))
    else digests.set(entry.sequence, digest)
  }
  let highest = -1
  let unread = 0
  for (const { entry } of read) {
    if (entry === undefined) {
      unread += 1
      continue
    }
    const { sequence, previous, span } = entry
    if (sequence < highest)
      found.push(error('govern/log-order', `entry ${sequence} stands behind entry ${highest}`, span))
    for (const each of missingBetween(highest, sequence, digests).slice(unread))
      found.push(error('govern/log-missing', `entry ${each} is not there any more`, span))
    unread = 0
    const before = sequence === 0 ? FIRST : digests.get(sequence - 1)
    if (before !== undefined && before !== previous) {
      const message = `entry ${sequence} was signed behind another entry ${sequence - 1} than the one that is there`
      found.push(error('govern/log-chain', message, span))
    }
    highest = Math.max(highest, sequence)
  }
  return found
}

/** The numbers between two that no entry has; of very many the first. */
function missingBetween(from: number, to: number, there: ReadonlyMap<number, unknown>): readonly number[] {
  const missing: number[] = []
  for (let at = from + 1; at < to && missing.length < 1000; at += 1) if (!there.has(at)) missing.push(at)
  return missing
}

function checkTimes(entries: readonly LoggedEntry[], now: Time): readonly Diagnostic[] {
  const ordered = [...entries].sort((a, b) => a.sequence - b.sequence)
  return ordered.flatMap(({ sequence, at, span }, i) => {
    const before = ordered[i - 1]
    const message = `entry ${sequence} is dated ${formatTime(at)}`
    if (at > now) return [error('govern/log-time', `${message}, which is still to come`, span)]
    if (before === undefined || at >= before.at) return []
    return [error('govern/log-time', `${message}, before entry ${before.sequence} of ${formatTime(before.at)}`, span)]
  })
}

function checkAnchor(
  { size, root }: Anchor,
  roots: ReadonlyMap<number, string>,
  whole: number,
  source: Source,
): readonly Diagnostic[] {
  const span = { source, start: 0, end: 0 }
  const there = roots.get(size)
  if (there === undefined) {
    const message = `the log had ${size} entries when it was anchored, and has ${whole}`
    return [error('govern/log-cut', message, span)]
  }
  if (there === root) return []
  const message = `the first ${size} entries are not those that were anchored: their root is ${there.slice(0, 12)}…, not ${root.slice(0, 12)}…`
  const hint = 'somebody who has the keys wrote the log anew; look for the copy that the anchor was taken of'
  return [error('govern/log-rewritten', message, span, { hint })]
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { hasErrors, type Diagnostic } from '../diagnostic/diagnostic.ts'
import { renderDiagnostic } from '../diagnostic/frame.ts'
import { Source } from '../diagnostic/source.ts'
import type { Time } from '../event/record.ts'
import type { Act } from '../govern/log/entry.ts'
import { appendEntry, readLog, type ReviewLog } from '../govern/log/log.ts'
import { parseAnchor, type Anchor } from '../govern/log/merkle.ts'
import { parseSigners, termProblem, type Signer, type Signers } from '../govern/log/signers.ts'
import { followReviews, type Reviews } from '../govern/review/review.ts'
import { inPack, type Configuration } from '../pack/configuration.ts'
import { reason } from '../pack/system-reason.ts'
import { loadSigningKey } from './signing-key.ts'
import { Unusable } from './unusable.ts'
import { writeWhole } from './whole-file.ts'

/** Where a pack keeps its reviews, and the registers that they and the evidence rest on. */
export const REVIEWS = 'reviews'

/** A path below the folder of the reviews; a pack is needed. */
export function reviewFile(configuration: Configuration, ...parts: readonly string[]): string {
  if (configuration.file === null)
    throw new Unusable('there is no detpack.yml here or above: reviews are kept in the pack')
  return inPack(configuration, path.join(REVIEWS, ...parts))
}

/** All that a review of a period is about. */
export function populationFile(configuration: Configuration, period: string): string {
  return reviewFile(configuration, `${period}.population.ndjson`)
}

export interface LoadedLog {
  readonly file: string
  readonly text: string
  readonly signersText: string
  readonly signers: Signers
  readonly log: ReviewLog
  readonly reviews: Reviews
}

/** Reads the review log of a pack; where there is none it is empty. A mistake among the signers is an `Unusable`. */
export function loadReviewLog(configuration: Configuration, anchors: readonly Anchor[] = []): LoadedLog {
  const file = reviewFile(configuration, 'log.ndjson')
  const signersFile = reviewFile(configuration, 'allowed_signers')
  const [text, signersText] = [textOf(file), textOf(signersFile)]
  const { signers, diagnostics } = parseSigners(new Source(signersFile, signersText))
  if (hasErrors(diagnostics)) throw new Unusable(diagnostics.map(renderDiagnostic).join('\n'))
  const log = readLog(new Source(file, text), signers, Date.now() as Time, anchors)
  return { file, text, signersText, signers, log, reviews: followReviews(log.entries) }
}

/** Anchors as they are given on the command line. */
export function anchorsOf(written: readonly string[]): readonly Anchor[] {
  return written.map((each) => {
    const anchor = parseAnchor(each)
    if (anchor === undefined) throw new Unusable(`"${each}" is no anchor: it looks like detpack-log:12:0a1b…`)
    return anchor
  })
}

/** Who a key belongs to; a key that does not count is an `Unusable`. */
function ownerOf(signers: Signers, id: Signer['id'], now: Time): string {
  const signer = signers.get(id)
  if (signer === undefined)
    throw new Unusable(`${id} is nobody's key: "detpack review signer" gives the line for ${REVIEWS}/allowed_signers`)
  const problem = termProblem(signer, now)
  if (problem !== undefined) throw new Unusable(`the key of "${signer.name}" cannot sign: it ${problem}`)
  return signer.name
}

/** Somebody who may sign, with their key. */
export function signingAs(
  configuration: Configuration,
  keyFile: string | undefined,
): { readonly by: string; readonly key: ReturnType<typeof loadSigningKey>; readonly at: Time } {
  const key = loadSigningKey(keyFile)
  const { signers } = loadReviewLog(configuration)
  const at = Date.now() as Time
  return { by: ownerOf(signers, key.id, at), key, at }
}

/**
 * Signs an entry and puts it at the end of the log, which nobody else writes meanwhile. `decide` sees the log as it is then
 * and gives the act, or why there is to be none; files that belong to the act are written by it before.
 */
export function writeEntry(
  configuration: Configuration,
  who: ReturnType<typeof signingAs>,
  decide: (loaded: LoadedLog) => { readonly act?: Act; readonly diagnostics: readonly Diagnostic[] },
): { readonly log?: ReviewLog; readonly diagnostics: readonly Diagnostic[] } {
  const file = reviewFile(configuration, 'log.ndjson')
  mkdirSync(path.dirname(file), { recursive: true })
  return whileLocked(`${file}.lock`, () => {
    const loaded = loadReviewLog(configuration)
    const decided = decide(loaded)
    if (decided.act === undefined || hasErrors(decided.diagnostics)) return { diagnostics: decided.diagnostics }
    const lines = loaded.text.split('\n')
    const made = appendEntry(loaded.log, loaded.text === '' ? undefined : lines.at(-2), decided.act, who)
    if (made.line === undefined) return { diagnostics: [...decided.diagnostics, ...made.diagnostics] }
    const whole = `${loaded.text}${made.line}\n`
    writeWhole(file, whole)
    return { log: readLog(new Source(file, whole), loaded.signers, who.at), diagnostics: decided.diagnostics }
  })
}

function whileLocked<T>(lock: string, work: () => T): T {
  let descriptor: number
  try {
    descriptor = openSync(lock, 'wx')
  } catch (problem) {
    throw new Unusable(`somebody else is writing to the review log, or was cut off: "${lock}" (${reason(problem)})`)
  }
  try {
    return work()
  } finally {
    closeSync(descriptor)
    rmSync(lock, { force: true })
  }
}

function textOf(file: string): string {
  try {
    return existsSync(file) ? readFileSync(file, 'utf8') : ''
  } catch (problem) {
    throw new Unusable(`cannot read "${file}": ${reason(problem)}`)
  }
}

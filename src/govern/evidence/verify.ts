import { error, warning, type Diagnostic, type DiagnosticCode } from '../../diagnostic/diagnostic.ts'
import { Source } from '../../diagnostic/source.ts'
import type { JsonObject } from '../../event/field.ts'
import type { Time } from '../../event/record.ts'
import { listIn, objectIn, textIn, timeIn } from '../json.ts'
import { readEnvelope, signerOf } from '../log/envelope.ts'
import { readLog } from '../log/log.ts'
import { parseAnchor, type Anchor } from '../log/merkle.ts'
import { termProblem, type Signer, type Signers } from '../log/signers.ts'
import { digestOf, EVIDENCE_TYPE, INDEX_FILE, LOG_FILE } from './bundle.ts'
import { recount, textOf } from './recount.ts'

/** What holds of a bundle. */
export interface Verification {
  readonly period: string
  readonly signedBy: string
  readonly files: number
  readonly entries: number
  readonly alerts: number
}

/**
 * Checks a bundle from its index on. What does not hold is told, each by a code of its own:
 *
 * - `govern/evidence-index` there is no index, or it is none · `govern/evidence-signature` nobody who counts signed it, or it
 *   was changed after that
 * - `govern/evidence-changed`, `govern/evidence-missing`, `govern/evidence-extra` a file is not what was signed
 * - all that `readLog` tells of the review log
 * - `govern/evidence-totals` the figures, or the gaps, are not what the files beside them give
 * - `govern/expired-key` the key did not count at the time of the last thing that is known; a warning: it does not any more
 *
 * @param files by their path in the bundle
 * @param signers from elsewhere than the bundle, or whoever forged it has put theirs into it
 * @param anchors of the review log, from where they were kept
 */
export function verifyEvidence(
  files: ReadonlyMap<string, Buffer>,
  signers: Signers,
  now: Time,
  anchors: readonly Anchor[],
): { readonly verification?: Verification; readonly diagnostics: readonly Diagnostic[] } {
  const refuse = (code: DiagnosticCode, message: string, hint?: string): { diagnostics: readonly Diagnostic[] } => ({
    diagnostics: [error(code, message, undefined, { hint })],
  })
  const text = files.get(INDEX_FILE)?.toString('utf8')
  if (text === undefined) return refuse('govern/evidence-index', `there is no ${INDEX_FILE}: this is no evidence`)
  const envelope = readEnvelope(text.trimEnd())
  if (envelope?.statement['predicateType'] !== EVIDENCE_TYPE)
    return refuse('govern/evidence-index', `${INDEX_FILE} is not what "evidence build" writes`)
  const signer = signerOf(envelope, signers)
  if (typeof signer === 'string') {
    const what =
      signer === 'broken' ? 'was changed after it was signed' : `is signed by ${envelope.keyId}, which is nobody's key`
    return refuse('govern/evidence-signature', `${INDEX_FILE} ${what}`, '--signers names the keys that count')
  }
  const { statement } = envelope
  const predicate = objectIn(statement['predicate'])
  const anchor = parseAnchor(textIn(predicate, 'anchor') ?? '')
  const log = readLog(new Source(LOG_FILE, textOf(files, LOG_FILE)), signers, now, [
    ...anchors,
    ...(anchor === undefined ? [] : [anchor]),
  ])
  const totals = recount(files, predicate, log)
  const diagnostics = [
    ...checkTerm(signer, predicate, now),
    ...checkDigests(files, statement),
    ...log.diagnostics,
    ...totals.diagnostics,
  ]
  const period = textIn(objectIn(predicate?.['period']), 'name') ?? ''
  const counts = { files: files.size, entries: log.entries.length, alerts: totals.alerts }
  return { verification: { period, signedBy: signer.name, ...counts }, diagnostics }
}

/** A bundle holds no time of its signing: that would be another one each time it is made. */
function checkTerm(signer: Signer, predicate: JsonObject | undefined, now: Time): readonly Diagnostic[] {
  const asOf = timeIn(predicate, 'asOf')
  const problem = asOf === undefined ? undefined : termProblem(signer, asOf)
  if (problem !== undefined)
    return [error('govern/expired-key', `${INDEX_FILE} is signed by "${signer.name}" with a key that ${problem} then`)]
  if (termProblem(signer, now) === undefined) return []
  const hint = 'hold its digest against a copy, or a note of it, that was kept elsewhere'
  const message = `the key of "${signer.name}" does not count any more, and ${INDEX_FILE} does not say when it was signed`
  return [warning('govern/expired-key', message, undefined, { hint })]
}

function checkDigests(files: ReadonlyMap<string, Buffer>, statement: JsonObject): readonly Diagnostic[] {
  const named = new Set([INDEX_FILE])
  const found: Diagnostic[] = []
  for (const each of listIn(statement['subject'])) {
    const subject = objectIn(each)
    const name = textIn(subject, 'name') ?? ''
    named.add(name)
    const file = files.get(name)
    if (file === undefined) found.push(error('govern/evidence-missing', `"${name}" is not there any more`))
    else if (digestOf(file) !== textIn(objectIn(subject?.['digest']), 'sha256'))
      found.push(error('govern/evidence-changed', `"${name}" is not what was signed`))
  }
  for (const name of files.keys())
    if (!named.has(name)) found.push(error('govern/evidence-extra', `"${name}" is no part of what was signed`))
  return found
}

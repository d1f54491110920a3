import { createHash } from 'node:crypto'
import { existsSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { error, hasErrors } from '../../../diagnostic/diagnostic.ts'
import type { Act } from '../../../govern/log/entry.ts'
import { approvalProblem } from '../../../govern/review/review.ts'
import { packSubject } from '../../../govern/trace/find-gaps.ts'
import type { Configuration } from '../../../pack/configuration.ts'
import { identityOf } from '../../deployment.ts'
import { ExitCode } from '../../exit-code.ts'
import { loadMappedRules } from '../../packs.ts'
import { exitCodeOf, report } from '../../report.ts'
import { signingAs, writeEntry } from '../../review-log.ts'
import type { Shared } from '../../shared.ts'
import { say } from '../../terminal.ts'
import { Unusable } from '../../unusable.ts'
import type { SigningOptions } from './start.ts'

/** Signs a file of the pack, or the whole of it, as it is: for somebody else to approve. */
export function reviewPropose(shared: Shared, named: string, options: SigningOptions): ExitCode {
  return put('propose', shared, named, options)
}

/** Signs what somebody else proposed, as it is. */
export function reviewApprove(shared: Shared, named: string, options: SigningOptions): ExitCode {
  return put('approve', shared, named, options)
}

function put(kind: 'propose' | 'approve', shared: Shared, named: string, { key }: SigningOptions): ExitCode {
  const loaded = loadMappedRules([], undefined)
  const { configuration } = loaded
  if (named === 'pack' && hasErrors(loaded.diagnostics)) {
    report(loaded.diagnostics, shared.color)
    return ExitCode.no
  }
  const { file, digest } = named === 'pack' ? wholePack(loaded) : oneFile(named, configuration)
  const who = signingAs(configuration, key)
  const act: Act = { kind, file, digest }
  const written = writeEntry(configuration, who, ({ log, reviews }) => {
    if (kind === 'propose') return { act, diagnostics: [] }
    const proposal = log.entries.findLast(
      ({ act: before }) => before.kind === 'propose' && before.file === file && before.digest === digest,
    )
    const problem = approvalProblem({ by: who.by, keyId: who.key.id, act }, proposal)
    if (problem !== undefined) return { diagnostics: [problem] }
    const again = reviews.approvals.some((each) => each.file === file && each.digest === digest)
    return again
      ? { diagnostics: [error('govern/approved-already', `"${file}" as it is has an approval`)] }
      : { act, diagnostics: [] }
  })
  report(written.diagnostics, shared.color)
  if (written.log === undefined) return exitCodeOf(written.diagnostics) || ExitCode.no
  say(`${kind === 'propose' ? 'proposed' : 'approved'} by "${who.by}": ${file} (${digest.slice(0, 12)})`)
  return ExitCode.ok
}

function wholePack(loaded: ReturnType<typeof loadMappedRules>): { readonly file: string; readonly digest: string } {
  const pack = identityOf(loaded)
  return { file: packSubject(pack), digest: pack.digest }
}

function oneFile(named: string, { root }: Configuration): { readonly file: string; readonly digest: string } {
  const file = path.relative(root, path.resolve(named)).split(path.sep).join('/')
  if (file.startsWith('../')) throw new Unusable(`"${named}" is no file of this pack`)
  if (!existsSync(named) || !statSync(named).isFile()) throw new Unusable(`there is no file "${named}"`)
  return { file, digest: createHash('sha256').update(readFileSync(named)).digest('hex') }
}

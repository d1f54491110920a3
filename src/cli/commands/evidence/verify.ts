import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { hasErrors } from '../../../diagnostic/diagnostic.ts'
import { Source } from '../../../diagnostic/source.ts'
import type { Time } from '../../../event/record.ts'
import { SIGNERS_FILE } from '../../../govern/evidence/bundle.ts'
import { verifyEvidence } from '../../../govern/evidence/verify.ts'
import { parseSigners, type Signers } from '../../../govern/log/signers.ts'
import { loadConfiguration } from '../../../pack/configuration.ts'
import { reason } from '../../../pack/system-reason.ts'
import { ExitCode } from '../../exit-code.ts'
import { plural } from '../../render/plural.ts'
import { exitCodeOf, report } from '../../report.ts'
import { anchorsOf, reviewFile } from '../../review-log.ts'
import type { Shared } from '../../shared.ts'
import { produce, say } from '../../terminal.ts'
import { Unusable } from '../../unusable.ts'

export interface EvidenceVerifyOptions {
  readonly signers?: string
  readonly anchor?: readonly string[]
}

/** Checks evidence by itself: signatures, digests, the chain of the log, and the figures, counted again. */
export async function evidenceVerify(
  shared: Shared,
  folder: string,
  options: EvidenceVerifyOptions,
): Promise<ExitCode> {
  const anchors = anchorsOf(options.anchor ?? [])
  const files = readFolder(folder)
  const signers = signersFor(folder, options, files)
  if (anchors.length === 0)
    say('without --anchor nobody can see whether the whole log was written anew by somebody who has the keys')
  const { verification, diagnostics } = verifyEvidence(files, signers, Date.now() as Time, anchors)
  report(diagnostics, shared.color)
  if (hasErrors(diagnostics) || verification === undefined) return exitCodeOf(diagnostics) || ExitCode.no
  const { period, signedBy, files: count, entries, alerts } = verification
  await produce(
    `${period}: signed by "${signedBy}"; ${plural(count, 'file')}, ${plural(entries, 'entry', 'entries')} of the log and the figures of ${plural(alerts, 'alert')} are as they were\n`,
  )
  return ExitCode.ok
}

/** Whose keys count: as named, as the pack here has it, or, for want of anything better, as the evidence itself says. */
function signersFor(
  folder: string,
  { signers: named }: EvidenceVerifyOptions,
  files: ReadonlyMap<string, Buffer>,
): Signers {
  const { configuration } = loadConfiguration('.')
  const own = configuration.file === null ? undefined : reviewFile(configuration, 'allowed_signers')
  const file = named ?? (own !== undefined && existsSync(own) ? own : undefined)
  if (file === undefined)
    say(
      `without --signers the keys are those of "${path.join(folder, SIGNERS_FILE)}": whoever made the evidence chose them`,
    )
  const text = file === undefined ? (files.get(SIGNERS_FILE)?.toString('utf8') ?? '') : read(file).toString('utf8')
  const { signers, diagnostics } = parseSigners(new Source(file ?? path.join(folder, SIGNERS_FILE), text))
  if (hasErrors(diagnostics)) throw new Unusable(diagnostics.map(({ message }) => message).join('\n'))
  return signers
}

function readFolder(folder: string): ReadonlyMap<string, Buffer> {
  const names: string[] = []
  try {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      const name = path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/')
      // A link may lead anywhere, and a pipe has no end.
      if (!entry.isFile() && !entry.isDirectory()) throw new Unusable(`"${name}" is no file: this is no evidence`)
      if (entry.isFile()) names.push(name)
    }
  } catch (problem) {
    if (problem instanceof Unusable) throw problem
    throw new Unusable(`cannot read "${folder}": ${reason(problem)}`)
  }
  return new Map(names.map((name) => [name, read(path.join(folder, name))]))
}

function read(file: string): Buffer {
  try {
    return readFileSync(file)
  } catch (problem) {
    throw new Unusable(`cannot read "${file}": ${reason(problem)}`)
  }
}

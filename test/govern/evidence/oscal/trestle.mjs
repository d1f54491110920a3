// Lets compliance-trestle read the OSCAL documents of a made-up quarter with every gap in it, and validate them:
//   python3 -m venv VENV && VENV/bin/pip install compliance-trestle
//   TRESTLE=VENV/bin/trestle node test/govern/evidence/oscal/trestle.mjs
// No part of `make test`, which holds them to NIST's own schemas.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { importText } from '../../../../scripts/bundle.mjs'

const trestle = process.env.TRESTLE ?? 'trestle'
const work = mkdtempSync(path.join(os.tmpdir(), 'detpack-trestle-'))
try {
  const { bundleFiles, drawEvidence, GAP_KINDS, makeQuarter, QUARTER, SIGNERS_TEXT } = await importText(`
    export { bundleFiles } from './src/govern/evidence/bundle.ts'
    export { drawEvidence } from './src/govern/evidence/model.ts'
    export { GAP_KINDS } from './src/govern/trace/gap.ts'
    export { makeQuarter, QUARTER, SIGNERS_TEXT } from './test/govern/evidence/quarter.ts'`)
  const { history, log } = makeQuarter(1000, new Set(GAP_KINDS.filter((kind) => kind !== 'no-coverage')))
  const files = bundleFiles(drawEvidence(history, QUARTER), { log, signers: SIGNERS_TEXT })
  // What is imported must not lie in the workspace.
  const workspace = path.join(work, 'workspace')
  mkdirSync(workspace)
  const run = (...args) => execFileSync(trestle, args, { cwd: workspace, stdio: ['ignore', 'inherit', 'inherit'] })
  run('init')
  for (const kind of ['component-definition', 'assessment-results', 'plan-of-action-and-milestones']) {
    const file = path.join(work, `${kind}.json`)
    writeFileSync(file, files.get(`oscal/${kind}.json`))
    // Importing reads it whole, by trestle's own models, and validates it.
    run('import', '-f', file, '-o', 'quarter')
  }
  run('validate', '-a')
} finally {
  rmSync(work, { recursive: true, force: true })
}

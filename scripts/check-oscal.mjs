// compliance-trestle (PyPI) reads the OSCAL documents of a made-up quarter by its own models and validates them, once with
// every gap in it and once with none. No part of `make test`, which holds them to NIST's schemas.
// Exit 3 when trestle cannot be had: that is said, and proves nothing.
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { quarterFiles } from './quarter.mjs'

const VERSION = '5.2.0'
const cache = process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), '.cache')
const installed = path.join(cache, `detpack/trestle-${VERSION}`)
const trestle = process.env.TRESTLE ?? path.join(installed, 'bin/trestle')
if (!existsSync(trestle)) install()

const work = mkdtempSync(path.join(os.tmpdir(), 'detpack-trestle-'))
try {
  // What is imported must not lie in the workspace.
  const workspace = path.join(work, 'workspace')
  mkdirSync(workspace)
  const run = (...args) => execFileSync(trestle, args, { cwd: workspace, stdio: ['ignore', 'inherit', 'inherit'] })
  run('init')
  for (const [name, withGaps] of [
    ['gaps', true],
    ['whole', false],
  ]) {
    const files = await quarterFiles(1000, withGaps)
    for (const kind of ['component-definition', 'assessment-results', 'plan-of-action-and-milestones']) {
      const file = path.join(work, `${name}-${kind}.json`)
      writeFileSync(file, files.get(`oscal/${kind}.json`))
      // Importing reads it whole, and validates it.
      run('import', '-f', file, '-o', name)
    }
  }
  run('validate', '-a')
  process.stdout.write('OSCAL: trestle takes all six documents\n')
} finally {
  rmSync(work, { recursive: true, force: true })
}

function install() {
  const skip = (why) => {
    rmSync(installed, { recursive: true, force: true })
    process.stderr.write(`SKIP: ${why}: the OSCAL documents are not read by compliance-trestle\n`)
    process.exit(3)
  }
  const quiet = { stdio: ['ignore', 'ignore', 'inherit'] }
  if (spawnSync('python3', ['-m', 'venv', installed], quiet).status !== 0)
    skip('python3 makes no environments (Debian: python3-venv)')
  const pip = path.join(installed, 'bin/pip')
  const wanted = ['-q', '--disable-pip-version-check', 'install', `compliance-trestle==${VERSION}`]
  if (spawnSync(pip, wanted, { ...quiet, timeout: 300_000 }).status !== 0)
    skip(`compliance-trestle ${VERSION} does not install`)
}

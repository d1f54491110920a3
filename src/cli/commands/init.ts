import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { Shared } from '../shared.ts'
import { ExitCode } from '../exit-code.ts'
import { packaged } from '../package-root.ts'
import { produce, say } from '../terminal.ts'
import { Unusable } from '../unusable.ts'
import { writeWhole } from '../whole-file.ts'

/** A pack starts with what works: a rule and a task of detpack's own, with tests and the recordings that prove them. */
const STARTER: readonly string[] = [
  'rules/resources.yml',
  'rules/detections/base/network.yml',
  'rules/detections/exfiltration/credential-descriptor-passed.yml',
  'rules/risks/R-EXEC-01.yml',
  'rules/risks/R-EXFIL-01.yml',
  'rules/risks/R-EXFIL-02.yml',
  'rules/risks/R-LOSS-01.yml',
  'rules/tasks/summarize-document.yml',
  'test/rules/exfiltration/credential-descriptor-passed.test.yml',
  'test/rules/tasks/summarize-document.test.yml',
]

export interface InitOptions {
  readonly dryRun?: boolean
}

/** Writes the files of a new pack. A file that is there already is never touched, and then nothing is written. */
export async function init(_shared: Shared, folder: string, options: InitOptions): Promise<ExitCode> {
  const files = new Map(STARTER.map((name) => [name, read(name)]))
  for (const recording of recordingsOf(files)) files.set(recording, read(recording))
  files.set('detpack.yml', configuration(path.basename(path.resolve(folder))))
  const there = [...files.keys()].sort().filter((name) => existsSync(path.join(folder, name)))
  const [first] = there
  if (first !== undefined) {
    const more = there.length > 1 ? ` and ${there.length - 1} more` : ''
    throw new Unusable(`not started: "${path.join(folder, first)}"${more} already there; name another folder`)
  }
  for (const [name, text] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (options.dryRun !== true) writeWhole(path.join(folder, name), text)
    await produce(`${path.join(folder, name)}\n`)
  }
  const go = folder === '.' ? '' : `cd ${shellWord(folder)} && `
  say(options.dryRun === true ? 'dry run: nothing was written' : `\nnext: ${go}detpack check && detpack test`)
  return ExitCode.ok
}

/** As it can be pasted into a shell. */
function shellWord(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}

function read(name: string): string {
  return readFileSync(packaged(name), 'utf8')
}

/** The recordings that the starter's tests name. */
function recordingsOf(files: ReadonlyMap<string, string>): Set<string> {
  const named = new Set<string>()
  for (const [name, text] of files) {
    if (!name.endsWith('.test.yml')) continue
    for (const match of text.matchAll(/^\s*events:\s*(\S+)$/gm))
      named.add(path.join(path.dirname(name), match[1] ?? ''))
  }
  return named
}

function configuration(name: string): string {
  const slug = name.toLowerCase().replace(/[^a-z0-9-]+/g, '-') || 'pack'
  return `# A detpack pack. Options come from the flag, else the environment (DETPACK_...), else this file.
pack:
  name: ${JSON.stringify(slug)}
  version: 0.1.0
rules: [rules/detections]
tests: [test/rules]
resources: rules/resources.yml
mapping: ecs
targets:
  local: {file: .detpack/local.db}
  # elastic:
  #   elasticsearch: https://elasticsearch.example.org:9200
  #   kibana: https://kibana.example.org
  #   space: default
  #   index: logs-detpack.use-*
  #   api_key_file: elastic.key     # or DETPACK_ELASTIC_API_KEY; never the key itself
  # splunk: {base: 'index=detpack sourcetype="detpack:event"'}
`
}

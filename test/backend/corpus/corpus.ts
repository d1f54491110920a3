import { readdirSync, readFileSync } from 'node:fs'
import type { Backend, NativeQuery } from '../../../src/backend/backend.ts'
import type { Diagnostic } from '../../../src/diagnostic/diagnostic.ts'
import type { Program } from '../../../src/ir/rule.ts'
import type { Mapping } from '../../../src/mapping/mapping.ts'
import { readSigma, Source } from '../../../src/sigma/index.ts'

const ROOT = new URL('../../sigma/corpus/', import.meta.url)

export interface Outcome {
  readonly program: Program
  readonly queries: readonly NativeQuery[]
  /** What reading, mapping and compiling said. */
  readonly diagnostics: readonly Diagnostic[]
  /** Reason → how many of the files are refused for it, the most frequent first. Each file has one reason. */
  readonly refusals: readonly (readonly [reason: string, files: number])[]
}

/** What becomes of the published rules in one language. */
export function compileCorpus(backend: Backend, mapping: Mapping): Outcome {
  const names = readdirSync(ROOT, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.yml'))
  const sources = names.map((name) => new Source(name, readFileSync(new URL(name, ROOT), 'utf8')))
  const read = readSigma(sources)
  const mapped = mapping.mapProgram(read.program)
  const diagnostics: Diagnostic[] = [...read.diagnostics, ...mapped.diagnostics]
  const queries: NativeQuery[] = []
  const context = { mapping, store: { elasticIndex: 'logs-*', splunkBase: 'index=*' }, today: '2026-01-01' }
  const done = new Set<string>()
  for (const [id, rule] of mapped.program.rules) {
    const compiled = backend.compile(mapped.program, id, context)
    diagnostics.push(...compiled.diagnostics)
    if (compiled.kind === 'refused') continue
    queries.push(compiled.query)
    done.add(rule.span.source.name)
  }
  const reasonOf = new Map<string, string>()
  for (const one of diagnostics) {
    const name = one.span?.source.name
    if (one.severity === 'error' && name !== undefined && !reasonOf.has(name)) reasonOf.set(name, reason(one))
  }
  const counts = new Map<string, number>()
  for (const name of names) {
    if (done.has(name)) continue
    const why = reasonOf.get(name) ?? 'NO REASON WAS GIVEN'
    counts.set(why, (counts.get(why) ?? 0) + 1)
  }
  const refusals = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
  return { program: mapped.program, queries, diagnostics, refusals }
}

/** A message without the names of this one rule. */
function reason({ code, message }: Diagnostic): string {
  const general = message
    .replace(/"[^"]*"/g, '…')
    .replace(/\b(on|of) [\w.-]+, (a field|of which)/g, '$1 …, $2')
    .replace(/%\w+%/, '…')
  return `${code}: ${general}`
}

import type { CompileContext } from '../../../src/backend/backend.ts'
import { eqlBackend } from '../../../src/backend/eql/backend.ts'
import { Source } from '../../../src/diagnostic/source.ts'
import { parseEql, runEql, type EqlResult } from '../../../src/engine/eql/run.ts'
import type { FieldType } from '../../../src/engine/field-type.ts'
import type { EventRecord } from '../../../src/event/record.ts'
import type { Correlation, Program, Rule } from '../../../src/ir/rule.ts'
import type { FieldInfo } from '../../../src/mapping/mapping.ts'
import { context } from '../context.ts'

/** Fields of a made-up index. */
export type Fields = Readonly<Record<string, FieldInfo>>

/** Compiles against fields that are made up. */
export function knowing(fields: Fields): CompileContext {
  return { ...context(), mapping: { ...context().mapping, field: (name) => fields[name] } }
}

/** The text of a rule; undefined when it was refused. */
export function compiled(program: Program, rule: Rule, known: CompileContext): string | undefined {
  const done = eqlBackend.compile(program, rule.id, known)
  return done.kind === 'query' ? done.query.text : undefined
}

/** Runs a compiled text in the engine, as the backend says it is to be run; a refused one throws. */
export function runText(
  text: string,
  events: readonly EventRecord[],
  fields: Fields,
): Exclude<EqlResult, { of: 'refused' }> {
  const parsed = parseEql(new Source('compiled.eql', text))
  if ('diagnostics' in parsed) throw new Error(`${text}\n${parsed.diagnostics[0]?.message}`)
  const types = new Map<string, FieldType>(Object.entries(fields).map(([name, { type }]) => [name, type]))
  const result = runEql(parsed.query, events, { tiebreakerField: 'event.sequence', types })
  if (result.of === 'refused') throw new Error(`${text}\n${result.diagnostics[0]?.message}`)
  return result
}

/** The rule, with acceptances of nodes that EQL says approximately. */
export function accepting(rule: Correlation, nodes: readonly string[]): Correlation {
  const accept = nodes.map((node) => ({ language: 'eql', node, why: 'a test', until: '2100-01-01', span: rule.span }))
  return { ...rule, governance: { ...rule.governance, accept } }
}

import type { RunRows } from '../engine/query-run.ts'
import { answerOfRows } from './render/answer/answer.ts'
import type { RunQuery } from './run-query.ts'

/** Engines of languages whose results are rows. Each is loaded when it is asked for. */
const ROW_ENGINES: Readonly<Partial<Record<'esql' | 'spl', () => Promise<RunRows>>>> = {
  esql: async () => (await import('./esql.ts')).runEsqlRows,
  spl: async () => (await import('../engine/spl/run-spl.ts')).runSpl,
}

/** What runs a language without its server; undefined for a language that cannot be run so. */
export async function engineFor(language: 'eql' | 'esql' | 'spl'): Promise<RunQuery | undefined> {
  if (language === 'eql') return (await import('./eql.ts')).runEqlQuery
  const run = await ROW_ENGINES[language]?.()
  return run && ofRows(run)
}

function ofRows(run: RunRows): RunQuery {
  return (source, events, context) => {
    const result = run(source, [...events], context)
    return { answer: result.kind === 'rows' ? answerOfRows(result.rows) : undefined, diagnostics: result.diagnostics }
  }
}

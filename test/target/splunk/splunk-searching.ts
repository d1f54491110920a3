import { single, told, type Answer, type Entry } from './splunk-answers.ts'

/** Commands that the stand-in's parser knows: those that compiled searches use. */
const COMMANDS = new Set(
  (
    'search eval where stats streamstats eventstats dedup sort fields table rename mvexpand head makeresults tstats ' +
    'lookup inputlookup outputlookup bin fillnull rex'
  ).split(' '),
)

/** A job that was made: what it searches, and what it found. */
export interface Job {
  readonly sid: string
  readonly search: string
  readonly rows: readonly Readonly<Record<string, unknown>>[]
  readonly failure: string | undefined
  /** Looks at it until it is done. */
  looks: number
}

/** Splits at pipes outside of quotes and brackets, and knows no more of the language than commands. */
export function parserAnswer(q: string): Answer {
  if (q.trim() === '') return told(400, "Error in 'search' command: the search is empty.", 'FATAL')
  const commands: { command: string; rawargs: string; pipeline: string; streamType: string }[] = []
  for (const part of pipes(q)) {
    if (part.trim() === '') continue
    const [, name = '', rest = ''] = /^\s*(\S+)\s*([\s\S]*)$/.exec(part) ?? []
    const isMacro = name.startsWith('`')
    if (!isMacro && !COMMANDS.has(name)) return told(400, `Unknown search command '${name}'.`, 'FATAL')
    commands.push({ command: name, rawargs: rest, pipeline: 'streaming', streamType: 'SP_STREAM' })
  }
  return { status: 200, body: { commands } }
}

function pipes(q: string): readonly string[] {
  const parts: string[] = ['']
  let quote = ''
  for (let at = 0; at < q.length; at++) {
    const character = q[at] ?? ''
    const last = parts.length - 1
    if (character === '\\' && quote === '"') {
      parts[last] = `${parts[last] ?? ''}${character}${q[++at] ?? ''}`
      continue
    }
    if (quote !== '' ? character === quote : ['"', "'", '`'].includes(character)) quote = quote === '' ? character : ''
    if (character === '|' && quote === '') parts.push('')
    else parts[last] = `${parts[last] ?? ''}${character}`
  }
  return parts
}

export function jobAnswer(jobs: Map<string, Job>, sid: string, method: string, results: boolean): Answer {
  const job = jobs.get(sid)
  if (job === undefined) return told(404, 'Unknown sid.', 'FATAL')
  if (method === 'DELETE') {
    jobs.delete(sid)
    return told(200, 'Search job cancelled.', 'INFO')
  }
  if (results) return { status: 200, body: { preview: false, results: job.rows, fields: [], messages: [] } }
  const done = job.looks-- <= 0
  const messages = job.failure === undefined ? [] : [{ type: 'FATAL', text: job.failure }]
  const state = { isDone: done, isFailed: done && job.failure !== undefined, messages }
  return single({ name: job.search, acl: {}, content: { sid, dispatchState: done ? 'DONE' : 'RUNNING', ...state } })
}

/** An entry of the list of jobs. */
export function jobEntry(app: string, label: string, published: string, failure?: string): Entry {
  const messages = failure === undefined ? [] : [{ type: 'ERROR', text: failure }]
  const state = failure === undefined ? 'DONE' : 'FAILED'
  const content = { label, isDone: true, isFailed: failure !== undefined, dispatchState: state, messages }
  return { name: `search of ${label}`, acl: { app }, published, content }
}

import type { LineReader } from '../recording/line-importer.ts'
import type { SplitLine } from '../recording/line-splitter.ts'
import type { Session } from '../recording/session.ts'
import { parseToldLine, type ToldObject } from '../recording/told-json.ts'
import { anyMicros } from '../recording/told-time.ts'
import { textsAt, valueAt } from '../tool/argument.ts'
import { givenIn } from '../tool/given.ts'
import type { CallTeller } from '../tool/teller.ts'
import type { LogField, LogForm } from '../tool/tool.ts'

/** Where a log says what unless somebody says otherwise. */
const USUAL: LogForm = {
  fields: new Map([
    ['time', 'time'],
    ['started', 'started'],
    ['tool', 'tool'],
    ['server', 'server'],
    ['arguments', 'arguments'],
    ['call', 'id'],
    ['outcome', 'outcome'],
    ['agent', 'agent'],
    ['session', 'session'],
    ['run', 'run'],
    ['host', 'host'],
    ['pid', 'pid'],
    ['cwd', 'cwd'],
  ]),
  only: new Map(),
  succeeded: [],
}

/** A call a line. */
export class JsonlReader implements LineReader {
  readonly #session: Session
  readonly #teller: CallTeller
  readonly #form: LogForm

  constructor(session: Session, teller: CallTeller) {
    this.#session = session
    this.#teller = teller
    this.#form = teller.table.log ?? USUAL
  }

  take(line: SplitLine): void {
    if (line.text.trim() === '') return
    const { complaints } = this.#session
    const parsed = parseToldLine(line.text)
    if ('at' in parsed) return complaints.skip('event/jsonl-json', 'this is no JSON object', line, parsed.at)
    const { object } = parsed
    for (const [name, values] of this.#form.only)
      if (!textsAt(object, name).some((text) => values.includes(text))) return this.#session.ignore('line of no call')
    const tool = this.#text(object, 'tool')
    if (tool === undefined)
      return complaints.skip(
        'event/jsonl-tool',
        `this line has no "${this.#name('tool')}"`,
        line,
        0,
        this.#hint('tool'),
      )
    const time = anyMicros(this.#value(object, 'time'))
    if (time === undefined)
      return complaints.skip(
        'event/jsonl-time',
        `this line has no time in "${this.#name('time')}"`,
        line,
        0,
        this.#hint('time'),
      )
    this.#tell(object, tool, time)
  }

  end(): void {
    this.#teller.end()
  }

  #tell(object: ToldObject, tool: string, time: number): void {
    const [agent, agentId] = [this.#text(object, 'agent'), this.#text(object, 'agent_id')]
    const started = anyMicros(this.#value(object, 'started'))
    const pid = Number(this.#text(object, 'pid'))
    this.#teller.tell({
      tool,
      server: this.#text(object, 'server'),
      id: this.#text(object, 'call'),
      arguments: givenIn(this.#value(object, 'arguments')),
      began: Math.min(started ?? time, time),
      ended: time,
      outcome: this.#outcome(object),
      agent: agent === undefined && agentId === undefined ? undefined : { id: agentId, name: agent },
      session: `${agentId ?? agent ?? ''} ${this.#text(object, 'session') ?? ''}`,
      run: this.#text(object, 'run'),
      host: this.#text(object, 'host'),
      pid: Number.isSafeInteger(pid) && pid > 0 ? pid : undefined,
      cwd: this.#text(object, 'cwd'),
    })
  }

  /** Without a field for it a line is of what was done. */
  #outcome(object: ToldObject): 'success' | 'failure' | 'unknown' {
    const { fields, succeeded } = this.#form
    if (!fields.has('outcome')) return 'success'
    const value = this.#value(object, 'outcome')
    if (value === undefined || value === null) return this.#form === USUAL ? 'success' : 'unknown'
    const text = typeof value === 'string' ? value : JSON.stringify(value)
    if (succeeded.length > 0) return succeeded.includes(text) ? 'success' : 'failure'
    if (value === true || text === 'success' || text === 'ok') return 'success'
    return text === 'unknown' ? 'unknown' : 'failure'
  }

  #value(object: ToldObject, field: LogField): unknown {
    const name = this.#form.fields.get(field)
    return name === undefined ? undefined : valueAt(object, name)
  }

  #text(object: ToldObject, field: LogField): string | undefined {
    const value = this.#value(object, field)
    return typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : undefined
  }

  #name(field: LogField): string {
    return this.#form.fields.get(field) ?? field
  }

  #hint(field: LogField): string {
    return `say in a file of tools where the log has it: log: {fields: {${field}: …}}`
  }
}

import type { LineReader } from '../recording/line-importer.ts'
import type { SplitLine } from '../recording/line-splitter.ts'
import type { Session } from '../recording/session.ts'
import {
  isToldObject,
  parseToldLine,
  told,
  toldList,
  toldNumber,
  toldObject,
  toldText,
  type ToldObject,
} from '../recording/told-json.ts'
import { givenIn } from '../tool/given.ts'
import type { CallTeller } from '../tool/teller.ts'
import { attributesOf } from './attribute.ts'
import { Nesting, type Span } from './nesting.ts'

/** One export of spans a line (`ExportTraceServiceRequest`). */
export class OtelReader implements LineReader {
  readonly #session: Session
  readonly #teller: CallTeller
  readonly #nesting = new Nesting()

  constructor(session: Session, teller: CallTeller) {
    this.#session = session
    this.#teller = teller
  }

  take(line: SplitLine): void {
    if (line.text.trim() === '') return
    const parsed = parseToldLine(line.text)
    if ('at' in parsed) {
      const hint = 'an export is one line of JSON: jq -c . FILE makes one of a file that is set in lines'
      return this.#session.complaints.skip('event/otel-json', 'this is no JSON object', line, parsed.at, hint)
    }
    if (!Array.isArray(told(parsed.object, 'resourceSpans'))) {
      if (told(parsed.object, 'resourceLogs') ?? told(parsed.object, 'resourceMetrics'))
        return this.#session.ignore('no spans')
      const hint = 'an export of spans in OTLP JSON has "resourceSpans"'
      return this.#session.complaints.skip('event/otel-export', 'this is no export of spans', line, 0, hint)
    }
    const spans = spansIn(parsed.object)
    for (const span of spans) this.#nesting.learn(span)
    // Calls end in the order in which their results could be used.
    for (const span of spans.sort((a, b) => (a.ended ?? Infinity) - (b.ended ?? Infinity))) this.#span(span, line)
  }

  end(): void {
    this.#teller.end()
  }

  #span(span: Span, line: SplitLine): void {
    const { attributes, resource } = span
    if (!span.call) return this.#session.ignore(`span ${span.operation.slice(0, 64)}`)
    if (this.#nesting.isToldAlready(span)) return this.#session.ignore('the same call once more')
    const { began, ended } = span
    if (began === undefined)
      return this.#session.complaints.skip(
        'event/otel-time',
        'this span has no time',
        line,
        0,
        'a span has "startTimeUnixNano"',
      )
    const agent = this.#nesting.agentOf(span)
    const conversation = toldText(attributes, 'gen_ai.conversation.id') ?? span.trace
    const service = toldText(resource, 'service.name') ?? ''
    this.#teller.tell({
      tool: toldText(attributes, 'gen_ai.tool.name') ?? span.name.replace(/^(?:execute_tool|tools\/call) /, ''),
      server: toldText(attributes, 'mcp.server.name'),
      id: toldText(attributes, 'gen_ai.tool.call.id') ?? span.id,
      arguments: span.given,
      began,
      ended: ended === undefined ? undefined : Math.max(began, ended),
      outcome: ended === undefined ? 'unknown' : span.failed ? 'failure' : 'success',
      agent,
      session: `${service} ${agent?.id ?? agent?.name ?? ''} ${conversation}`,
      run: toldText(attributes, 'detpack.task.run') ?? toldText(resource, 'detpack.task.run'),
      host: toldText(resource, 'host.name'),
      pid: toldNumber(resource, 'process.pid'),
      cwd: toldText(resource, 'process.working_directory'),
    })
  }
}

function spansIn(request: ToldObject): Span[] {
  const spans: Span[] = []
  for (const group of toldList(request, 'resourceSpans').filter(isToldObject)) {
    const resource = attributesOf(toldObject(group, 'resource'))
    for (const scope of toldList(group, 'scopeSpans').filter(isToldObject))
      for (const span of toldList(scope, 'spans').filter(isToldObject)) spans.push(spanOf(span, resource))
  }
  return spans
}

function spanOf(span: ToldObject, resource: ToldObject): Span {
  const attributes = attributesOf(span)
  const name = toldText(span, 'name') ?? ''
  const operation = toldText(attributes, 'gen_ai.operation.name') ?? toldText(attributes, 'mcp.method.name') ?? name
  const status = told(toldObject(span, 'status'), 'code')
  return {
    id: toldText(span, 'spanId') ?? '',
    parent: toldText(span, 'parentSpanId') ?? '',
    trace: toldText(span, 'traceId') ?? '',
    name,
    operation,
    call: operation === 'execute_tool' || toldText(attributes, 'mcp.method.name') === 'tools/call',
    began: nanosOf(told(span, 'startTimeUnixNano')),
    ended: nanosOf(told(span, 'endTimeUnixNano')),
    failed: status === 2 || status === 'STATUS_CODE_ERROR' || toldText(attributes, 'error.type') !== undefined,
    given: givenIn(told(attributes, 'gen_ai.tool.call.arguments')),
    attributes,
    resource,
  }
}

/** Nanoseconds, as a text since JSON rounds numbers of that size; 0 is no time. */
function nanosOf(value: unknown): number | undefined {
  const text = typeof value === 'number' && value > 0 ? String(Math.trunc(value)) : value
  if (typeof text !== 'string' || !/^\d{4,19}$/.test(text)) return undefined
  const micros = Number(text.slice(0, -3))
  return micros > 0 && micros < 253_402_300_799e6 ? micros : undefined
}

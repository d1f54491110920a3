import { toldText, type ToldObject } from '../recording/told-json.ts'

/** One span, as far as it matters. */
export interface Span {
  readonly id: string
  readonly parent: string
  readonly trace: string
  readonly name: string
  readonly operation: string
  /** It is a call of a tool. */
  readonly call: boolean
  /** Whole microseconds. */
  readonly began: number | undefined
  readonly ended: number | undefined
  readonly failed: boolean
  readonly given: ToldObject | undefined
  readonly attributes: ToldObject
  readonly resource: ToldObject
}

export interface SpanAgent {
  readonly id: string | undefined
  readonly name: string | undefined
}

/** More spans than this are not remembered; the oldest go first. */
const MOST_SPANS = 65_536
/** Further up than this nothing is looked for. */
const HIGHEST = 32

interface Known {
  readonly parent: string
  readonly call: boolean
  readonly agent: SpanAgent | undefined
}

/** Which span lies in which: spans end, and are exported, before those around them. */
export class Nesting {
  readonly #spans = new Map<string, Known>()
  /** Spans that lie around a call that was told. */
  readonly #around = new Set<string>()

  learn(span: Span): void {
    if (span.id === '') return
    this.#spans.set(keyOf(span, span.id), { parent: span.parent, call: span.call, agent: agentIn(span) })
    if (this.#spans.size > MOST_SPANS) dropFirst(this.#spans)
  }

  /** Another span of the same call was told, or will be: one around it, or one within it that came earlier. */
  isToldAlready(span: Span): boolean {
    if (this.#around.has(keyOf(span, span.id))) return true
    const around = this.#spans.get(keyOf(span, span.parent))
    if (around?.call === true) return true
    if (span.parent !== '') this.#around.add(keyOf(span, span.parent))
    if (this.#around.size > MOST_SPANS) dropFirst(this.#around)
    return false
  }

  /** The agent that the span names, or the nearest one around it. */
  agentOf(span: Span): SpanAgent | undefined {
    const own = agentIn(span)
    if (own !== undefined) return own
    let key = keyOf(span, span.parent)
    for (let height = 0; height < HIGHEST; height++) {
      const around = this.#spans.get(key)
      if (around === undefined) return undefined
      if (around.agent !== undefined) return around.agent
      key = keyOf(span, around.parent)
    }
    return undefined
  }
}

function agentIn({ attributes }: Span): SpanAgent | undefined {
  const id = toldText(attributes, 'gen_ai.agent.id')
  const name = toldText(attributes, 'gen_ai.agent.name')
  return id === undefined && name === undefined ? undefined : { id, name }
}

function keyOf({ trace }: Span, id: string): string {
  return `${trace} ${id}`
}

function dropFirst(of: Set<string> | Map<string, unknown>): void {
  for (const key of of.keys()) {
    of.delete(key)
    return
  }
}

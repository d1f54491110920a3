import type { IncomingMessage } from 'node:http'
import type { Exceptions } from './kibana-exceptions.ts'
import type { ValueLists } from './kibana-lists.ts'
import type { Previews } from './kibana-preview.ts'

export type Body = Record<string, unknown>

export interface Asked {
  readonly request: IncomingMessage
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly text: string
  readonly rules: Map<string, Body>
  readonly exceptions: Exceptions
  readonly lists: ValueLists
  readonly previews: Previews
  readonly connectors: readonly Body[]
  /** What rules were run again, in order. */
  readonly ran: RunAgain[]
  /** What is wrong with rules of these ids. */
  readonly refused: ReadonlyMap<string, string>
}

/** Rules by their rule_id, over a stretch of event time. */
export interface RunAgain {
  readonly rules: readonly string[]
  readonly start_date: string
  readonly end_date: string
}

export interface Answer {
  readonly status: number
  /** A text is answered as it is. */
  readonly body: Body | readonly Body[] | string
  /** The request does not keep to the interface description. */
  readonly complaint?: string
}

export function wrong(message: string): Answer {
  return { ...platform(400, 'Bad Request', message), complaint: message }
}

export function platform(statusCode: number, title: string, message: string): Answer {
  return { status: statusCode, body: { statusCode, error: title, message } }
}

export function solution(status: number, message: string): Answer {
  return { status, body: { status_code: status, message } }
}

export function parse(text: string): Body | undefined {
  try {
    const value = JSON.parse(text) as unknown
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Body) : undefined
  } catch {
    return undefined
  }
}

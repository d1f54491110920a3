import type { ToldObject } from '../recording/told-json.ts'

/** One call of a tool, as an agent's own log tells it. Nothing here is sure: it is what the agent says. */
export interface ToolCall {
  readonly tool: string
  /** Who offers the tool. */
  readonly server?: string | undefined
  /** What the log calls the call. */
  readonly id?: string | undefined
  /** Undefined where the log keeps them to itself. */
  readonly arguments: ToldObject | undefined
  /** Whole microseconds; `ended` is undefined where no result was told. */
  readonly began: number
  readonly ended: number | undefined
  readonly outcome: 'success' | 'failure' | 'unknown'
  readonly agent?: { readonly id?: string | undefined; readonly name?: string | undefined } | undefined
  /** The same for all calls whose results come together in one place: a conversation, a process. */
  readonly session: string
  /** The run of the task, where the log says it. */
  readonly run?: string | undefined
  readonly host?: string | undefined
  readonly pid?: number | undefined
  readonly cwd?: string | undefined
}

import type { Action } from '../action.ts'

/** What a tool can be said to use, by what of its arguments that is known. */
export const TOOL_CAPABILITIES = {
  file_open: 'path',
  file_read: 'path',
  file_write: 'path',
  file_create: 'path',
  file_delete: 'path',
  file_rename: 'path',
  file_attribute: 'path',
  process_exec: 'command',
  network_connect: 'host',
  network_send: 'host',
  network_receive: 'host',
} as const satisfies Partial<Record<Action, 'path' | 'command' | 'host'>>

export type ToolCapability = keyof typeof TOOL_CAPABILITIES

/** What a tool means, by its name and who offers it. */
export interface Tool {
  readonly names: readonly string[]
  /** Names that servers of it have; empty: whoever offers it. */
  readonly servers: readonly string[]
  /** Its arguments do not say all that it does. */
  readonly open: boolean
  readonly uses: readonly ToolUse[]
}

/** One thing that a call of a tool uses. Names of arguments are dotted; a list there gives one use for each item. */
export interface ToolUse {
  readonly capabilities: readonly ToolCapability[]
  /** The argument with the path; a `file:` URL is one too. */
  readonly path: string | null
  /** Of a file_rename: the argument with the path before. */
  readonly from: string | null
  readonly kind: 'file' | 'directory'
  /** The argument with a URL, or with a host and perhaps a port. */
  readonly url: string | null
  /** The destination, where it is always the same: `host:port`. */
  readonly at: string | null
  /** The argument with a command line, or with a list of words. */
  readonly command: string | null
  /** The program, where it is always the same. */
  readonly program: string | null
  /** The argument whose length is what is written or sent. */
  readonly data: string | null
  /** Argument → the values with which this is a use. */
  readonly when: ReadonlyMap<string, readonly string[]>
  /** Argument → the values with which this is none. */
  readonly unless: ReadonlyMap<string, readonly string[]>
}

/** Where the lines of a log say what; dotted names. Only `time` and `tool` have to be there. */
export const LOG_FIELDS = [
  'time',
  'started',
  'tool',
  'server',
  'arguments',
  'call',
  'outcome',
  'agent',
  'agent_id',
  'session',
  'run',
  'host',
  'pid',
  'cwd',
] as const
export type LogField = (typeof LOG_FIELDS)[number]

/** What a file of tools says. */
export interface ToolFile {
  readonly tools: readonly Tool[]
  /** Names of servers in a log → names that the tools know them by. */
  readonly servers: ReadonlyMap<string, string>
  /** Names of hosts → addresses; a rule knows addresses. */
  readonly hosts: ReadonlyMap<string, string>
  /** What relative paths and `~/` of the log are meant from. */
  readonly cwd: string | null
  readonly home: string | null
  /** Of logs that are neither MCP nor OpenTelemetry. */
  readonly log: LogForm | null
  /** What an agent does by itself, without a call. */
  readonly own: OwnUses
}

export interface LogForm {
  readonly fields: ReadonlyMap<LogField, string>
  /** Field → the values that lines of calls have; other lines are none. */
  readonly only: ReadonlyMap<string, readonly string[]>
  /** Texts of `outcome` that mean success; any other means failure. Empty: as ECS says it. */
  readonly succeeded: readonly string[]
}

export interface OwnUses {
  /** Patterns as of resources.yml. */
  readonly paths: readonly string[]
  /** Addresses and networks (CIDR). */
  readonly hosts: readonly string[]
}

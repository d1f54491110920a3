import { CHANGE, EXEC, READ, SEND, type DraftBuilder } from './draft.ts'
import { globMeaning } from './glob.ts'

/** `Bash(git:*)`: a tool of an agent, and which uses of it are meant. */
export interface ToolRule {
  readonly tool: string
  /** What stands in parentheses; null: every use. */
  readonly of: string | null
  readonly text: string
}

/** Rules in one text, parted by blanks or commas that stand in no parentheses. */
export function splitToolRules(text: string): string[] {
  return text.match(/(?:[^\s,(]|\([^)]*\)?)+/g) ?? []
}

export function parseToolRule(text: string): ToolRule {
  const [, tool = text, of] = /^([^(]+)\((.*)\)$/s.exec(text.trim()) ?? []
  return { tool: tool.trim(), of: of === undefined || of === '' || of === '*' ? null : of, text: text.trim() }
}

const READING = new Set(['Read', 'Glob', 'Grep', 'LS', 'NotebookRead'])
const CHANGING = new Set(['Edit', 'Write', 'MultiEdit', 'NotebookEdit'])
/** Of the agent itself: they use nothing of the host that its other tools do not. */
const INNER = new Set(['Task', 'Agent', 'Skill', 'TodoWrite', 'AskUserQuestion', 'ExitPlanMode', 'EnterPlanMode'])

/** Grants for what an agent may do by its tools without asking. */
export function grantTools(rules: readonly ToolRule[], draft: DraftBuilder): void {
  for (const rule of rules) grantTool(rule, draft)
  const shells = rules.filter(({ tool }) => tool === 'Bash')
  if (shells.length === 0 || shells.some(({ of }) => of === null)) return
  draft.deny(EXEC)
  for (const shell of ['bash', 'sh']) draft.grant('shell', EXEC, { path: `**/${shell}` }, 'Bash runs a shell')
  draft.todo('which programs do the commands start in turn? run the task once under the sensor, and grant those too')
}

function grantTool({ tool, of, text }: ToolRule, draft: DraftBuilder): void {
  if (READING.has(tool)) return grantPath('read', READ, of, text, draft)
  if (CHANGING.has(tool)) return grantPath('edit', CHANGE, of, text, draft)
  if (tool === 'Bash') return grantCommand(of, text, draft)
  if (tool === 'WebFetch') return grantDomain(of === null ? null : of.replace(/^domain:/, ''), text, draft)
  if (tool === 'WebSearch') return draft.todo(`${text}: which host answers the searches? name it under hosts`)
  if (tool.startsWith('mcp__'))
    return draft.todo(`${text} is a tool of an MCP server: "detpack task import mcp" makes a draft of its tool list`)
  if (!INNER.has(tool)) draft.todo(`${text}: what does this tool use? grant that`)
}

export function grantPath(
  id: string,
  capabilities: typeof READ,
  glob: string | null,
  from: string,
  draft: DraftBuilder,
): void {
  if (glob === null)
    return draft.todo(`${from} is about every file: which classes of rules/resources.yml may it be about?`)
  const meaning = globMeaning(glob)
  switch (meaning.kind) {
    case 'path':
      return draft.grant(id, capabilities, { path: meaning.path }, from)
    case 'project': {
      const parameter = draft.parameter('project', 'directory', 'The folder that the agent works in.')
      draft.grant(id, capabilities, { parameter }, from)
      return draft.todo(`grants on "project" are about all below it; the source says ${from}`)
    }
    case 'unknown':
      return draft.todo(`${from} cannot be said as a path here: grant what it means`)
  }
}

/** The program that a command begins with; what else the command says, an event does not tell. */
function grantCommand(command: string | null, text: string, draft: DraftBuilder): void {
  if (command === null)
    return draft.todo(
      `${text} is about every program: name those that the task needs under grants, and deny process_exec`,
    )
  const [program = ''] = command.replace(/:\*$/, '').trim().split(/\s/)
  const name = program.slice(program.lastIndexOf('/') + 1)
  if (!/^[A-Za-z0-9._+-]+$/.test(name)) return draft.todo(`${text}: which program is that? grant process_exec on it`)
  draft.grant('run', EXEC, { path: `**/${name}` }, text)
}

/** A name of a host becomes a parameter, since events know addresses. */
export function grantDomain(domain: string | null, from: string, draft: DraftBuilder): void {
  if (domain === null || domain === '*')
    return draft.todo(`${from} is about every host: name those that the task needs under hosts`)
  const host =
    draft.host(domain, null, from) ?? draft.parameter(domain, 'host', `Its address when the run starts: ${from}`)
  draft.grant('send', SEND, { host }, from)
  if (domain.includes('*')) draft.todo(`${from} is about several hosts: name their networks under hosts`)
}

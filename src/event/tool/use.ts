import { redactArguments } from '../recording/argument.ts'
import type { ToldHost } from '../recording/told-host.ts'
import type { Use } from '../recording/use.ts'
import { commandAt, lengthAt, textsAt } from './argument.ts'
import type { ToolCall } from './call.ts'
import { pathOf, placeOf, type Place } from './place.ts'
import type { ToolTable } from './tool-table.ts'
import { TOOL_CAPABILITIES, type Tool, type ToolCapability, type ToolUse } from './tool.ts'

/** A call, with what is needed to say what it used. */
export interface Said {
  readonly call: ToolCall
  readonly host: ToldHost
  readonly table: ToolTable
  /** Whether objects of that path are followed. */
  readonly isFollowed: (path: string) => boolean
}

/** What a tool is declared to use with these arguments. */
export function* usesOf(said: Said, tool: Tool | undefined): Generator<Use> {
  for (const use of tool?.uses ?? []) {
    if (!applies(use, said.call)) continue
    for (const capability of use.capabilities) yield* usesOfOne(said, use, capability)
  }
}

function applies(use: ToolUse, call: ToolCall): boolean {
  const has = ([name, values]: readonly [string, readonly string[]]): boolean =>
    textsAt(call.arguments, name).some((text) => values.includes(text))
  return [...use.when].every(has) && ![...use.unless].some(has)
}

function usesOfOne(said: Said, use: ToolUse, capability: ToolCapability): Iterable<Use> {
  switch (TOOL_CAPABILITIES[capability]) {
    case 'path':
      return fileUses(said, use, capability)
    case 'host':
      return networkUses(said, use, capability)
    case 'command':
      return [execUse(said, use)]
  }
}

function* fileUses(said: Said, use: ToolUse, action: ToolCapability): Generator<Use> {
  const { call, host, table } = said
  const paths =
    use.path === null ? [] : textsAt(call.arguments, use.path).flatMap((text) => pathOf(text, call.cwd, table) ?? [])
  const bytes = use.data === null ? undefined : lengthAt(call.arguments, use.data)
  const moved = bytes === undefined ? {} : { bytes }
  if (paths.length === 0) yield { action, ...moved, unknown: ['file.path', 'detpack.object'] }
  const [from] =
    use.from === null ? [] : textsAt(call.arguments, use.from).flatMap((text) => pathOf(text, call.cwd, table) ?? [])
  for (const { path, sure } of paths) {
    const unsure = sure ? {} : { unknown: ['file.path'] }
    const previous = from === undefined ? {} : { detpack: { file: { previous_path: from.path } } }
    const object = objectOf(host, action, path, from?.path, use.kind, call.outcome !== 'failure')
    yield { action, object, ...moved, ...previous, ...unsure }
  }
}

function objectOf(
  { objects }: ToldHost,
  action: ToolCapability,
  path: string,
  from: string | undefined,
  kind: ToolUse['kind'],
  done: boolean,
): NonNullable<Use['object']> {
  if (done && action === 'file_delete') return objects.remove(path)
  if (done && action === 'file_rename' && from !== undefined) return objects.rename(from, path)
  return objects.named(path, kind)
}

function* networkUses({ call, host, table }: Said, use: ToolUse, action: ToolCapability): Generator<Use> {
  const texts = use.at !== null ? [use.at] : use.url === null ? [] : textsAt(call.arguments, use.url)
  const places = texts.flatMap((text) => placeOf(text, table) ?? [])
  const bytes = use.data === null || action !== 'network_send' ? undefined : lengthAt(call.arguments, use.data)
  if (places.length === 0)
    yield { action, inward: action === 'network_receive', unknown: ['destination', 'detpack.object'] }
  for (const place of places) yield networkUse(host, action, place, bytes)
}

export function networkUse(host: ToldHost, action: ToolCapability, place: Place, bytes?: number): Use {
  const inward = action === 'network_receive'
  const { end, domain } = place
  const named = domain === undefined || inward ? {} : { destination: { domain } }
  const unknown = end.ip === undefined && !inward ? { unknown: ['destination.ip'] } : {}
  return {
    action,
    object: host.socket({ transport: 'unknown', remote: end }),
    identity: 'string',
    inward,
    ...(inward ? { from: end } : { to: end }),
    ...named,
    ...(bytes !== undefined && { bytes }),
    ...unknown,
  }
}

function execUse({ call, host, table }: Said, use: ToolUse): Use {
  const words = use.command === null ? undefined : commandAt(call.arguments, use.command)
  const listed = words ?? (use.program === null ? undefined : [use.program])
  if (listed === undefined) return { action: 'process_exec', unknown: ['file.path', 'detpack.object', 'process.args'] }
  // A token may be several words: `Bearer x`.
  const args = redactArguments(redactArguments([listed.join(' ')]).flatMap((text) => text.split(' ')))
  const ownProcess = { args, args_count: args.length, command_line: args.join(' ') }
  const [program = ''] = listed
  const path = program.startsWith('/') ? pathOf(program, undefined, table) : undefined
  const unlisted = words === undefined ? ['process.args'] : []
  return path === undefined
    ? { action: 'process_exec', ownProcess, unknown: ['file.path', 'detpack.object', ...unlisted] }
    : { action: 'process_exec', object: host.file(path.path, 'program'), ownProcess, unknown: unlisted }
}

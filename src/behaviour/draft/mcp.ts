import type { Diagnostic } from '../../diagnostic/diagnostic.ts'
import type { Source } from '../../diagnostic/source.ts'
import type { Json, JsonObject } from '../../event/field.ts'
import { CHANGE, DraftBuilder, oneLine, READ, type Draft } from './draft.ts'
import { isObject, notSuch, objectAt, readJson } from './source-json.ts'

/**
 * A draft from the list of tools of an MCP server: the result of `tools/list` (with the JSON-RPC envelope or without), or
 * the list alone. Its annotations are hints of the server, which may lie; where one is missing, the default of the
 * specification (2025-06-18, ToolAnnotations) holds, which assumes the worst.
 */
export function draftOfMcp(
  source: Source,
  name: string,
): { readonly draft: Draft } | { readonly diagnostics: readonly Diagnostic[] } {
  const read = readJson(source)
  if ('diagnostics' in read) return read
  const tools = toolsOf(read.value)
  if (tools === undefined) return notSuch(source, 'a list of MCP tools: {"tools": [{"name": …, "annotations": …}]}')
  const draft = new DraftBuilder(name, `Use the MCP tools ${tools.map((tool) => nameOf(tool)).join(', ') || '(none)'}.`)
  for (const tool of tools) draftTool(tool, draft)
  draft.todo('what is the task for? say it under purpose, for the person who reviews it')
  draft.todo('annotations are what the server says of itself: hold them against what the sensor sees')
  if (tools.length > 0 && tools.every((tool) => hint(tool, 'readOnlyHint', false)))
    draft.todo(
      'every tool says that it changes nothing: deny file_write, file_create, file_delete and file_rename if so',
    )
  const more = isObject(read.value)
    ? (objectAt(read.value, 'result')['nextCursor'] ?? read.value['nextCursor'])
    : undefined
  if (typeof more === 'string') draft.todo('the list goes on (nextCursor): import the rest as well')
  return { draft: draft.build() }
}

function toolsOf(value: Json): readonly JsonObject[] | undefined {
  const list = Array.isArray(value)
    ? value
    : isObject(value)
      ? (value['tools'] ?? objectAt(value, 'result')['tools'])
      : undefined
  if (!Array.isArray(list)) return undefined
  const tools = (list as readonly Json[]).filter(isObject)
  return tools.length === list.length && tools.every((tool) => typeof tool['name'] === 'string') ? tools : undefined
}

function nameOf(tool: JsonObject): string {
  const name = tool['name']
  return oneLine(typeof name === 'string' ? name : '', 64)
}

function hint(tool: JsonObject, key: string, otherwise: boolean): boolean {
  const told = objectAt(tool, 'annotations')[key]
  return typeof told === 'boolean' ? told : otherwise
}

/** Arguments that name a file or folder, by what such servers call them. */
const PATHS =
  /^(?:(?:file|dir|directory|folder|source|target|destination|input|output|repo|repository)_?)?paths?$|^(?:file|filename|file_name|dir|directory|folder|source|destination)$/i
const DIRECTORIES = /dir|folder|repo/i

function draftTool(tool: JsonObject, draft: DraftBuilder): void {
  const name = nameOf(tool)
  const readOnly = hint(tool, 'readOnlyHint', false)
  const paths = Object.keys(objectAt(objectAt(tool, 'inputSchema'), 'properties')).filter((each) => PATHS.test(each))
  for (const path of paths) {
    const kind = DIRECTORIES.test(path) ? 'directory' : 'file'
    const why = `What the argument ${path} of tools may be.`
    const parameter = draft.parameter(path, kind, why)
    draft.grant(`${name}-read`, READ, { parameter }, `${name}: argument ${path}`)
    if (!readOnly)
      draft.grant(
        `${name}-change`,
        changesOf(tool),
        { parameter },
        `${name}: argument ${path}, readOnlyHint is not true`,
      )
  }
  if (!readOnly && paths.length === 0) draft.todo(`${name} changes something, and does not say what: grant that`)
  if (hint(tool, 'openWorldHint', true))
    draft.todo(`${name} reaches out of this host (openWorldHint): name its hosts, and grant network_send to them`)
}

/** What only adds does not delete or rename (destructiveHint). */
function changesOf(tool: JsonObject): typeof CHANGE {
  return hint(tool, 'destructiveHint', true) ? CHANGE : ['file_write', 'file_create']
}

import type { LogForm, OwnUses, Tool, ToolFile } from './tool.ts'

/** What is known of a tool that was called. */
export interface Meaning {
  /** `guessed`: another server has a tool of this name. */
  readonly kind: 'declared' | 'guessed' | 'unknown'
  readonly tool: Tool | undefined
  /** Who offers it, by the name that the tools know. */
  readonly server: string | undefined
  readonly name: string
}

/** What all files of tools say together; what an earlier one says goes first. */
export class ToolTable {
  readonly hosts: ReadonlyMap<string, string>
  readonly cwd: string | null
  readonly home: string | null
  readonly log: LogForm | null
  readonly own: OwnUses
  readonly #servers: ReadonlyMap<string, string>
  readonly #tools = new Map<string, Tool[]>()

  constructor(files: readonly ToolFile[]) {
    const first = <Value>(pick: (file: ToolFile) => Value | null): Value | null => {
      for (const file of files) {
        const value = pick(file)
        if (value !== null) return value
      }
      return null
    }
    this.hosts = merged(files.map((file) => file.hosts))
    this.cwd = first((file) => file.cwd)
    this.home = first((file) => file.home)
    this.log = first((file) => file.log)
    this.own = { paths: files.flatMap((file) => file.own.paths), hosts: files.flatMap((file) => file.own.hosts) }
    this.#servers = merged(files.map((file) => file.servers))
    for (const tool of files.flatMap((file) => file.tools)) for (const name of tool.names) this.#add(name, tool)
  }

  /**
   * What a call means. Hosts write the server into the name of the tool in one of a few ways (`mcp__files__read_file`,
   * `files.read_file`): it is looked for there when the log does not name it.
   */
  meaningOf(name: string, server: string | undefined): Meaning {
    const known = this.#find(name, server)
    if (known.kind === 'declared' || server !== undefined) return known
    for (const [inner, offered] of readings(name)) {
      const found = this.#find(inner, offered)
      if (found.kind !== 'unknown') return found
    }
    return known
  }

  #find(name: string, named: string | undefined): Meaning {
    const server = named === undefined ? undefined : (this.#servers.get(named) ?? named)
    const tools = this.#tools.get(name) ?? []
    const own = tools.find((tool) => server !== undefined && tool.servers.includes(server))
    const any = tools.find((tool) => tool.servers.length === 0 || server === undefined)
    const tool = own ?? any
    if (tool !== undefined) return { kind: 'declared', tool, server, name }
    return { kind: tools[0] === undefined ? 'unknown' : 'guessed', tool: tools[0], server, name }
  }

  #add(name: string, tool: Tool): void {
    const known = this.#tools.get(name)
    if (known === undefined) this.#tools.set(name, [tool])
    else known.push(tool)
  }
}

/** The ways in which a name may be that of a tool and its server. */
function* readings(name: string): Generator<readonly [string, string]> {
  const marked = /^mcp__(.{1,100}?)__(.{1,128})$/.exec(name)
  if (marked) yield [marked[2] ?? '', marked[1] ?? '']
  const parted = /^([\w-]{1,100})[./:](.{1,128})$/.exec(name)
  if (parted) yield [parted[2] ?? '', parted[1] ?? '']
}

function merged(maps: readonly ReadonlyMap<string, string>[]): ReadonlyMap<string, string> {
  return new Map([...maps].reverse().flatMap((map) => [...map]))
}

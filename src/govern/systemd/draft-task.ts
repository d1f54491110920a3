import { CHANGE, DraftBuilder, EXEC, LISTEN, READ, SEND, type Draft } from '../../behaviour/draft/draft.ts'
import type { LoadedUnit } from './load-unit.ts'

/** Folders that systemd makes for a unit, and where (systemd.exec(5), of a system service). */
const FOLDERS: Readonly<Record<string, string>> = {
  StateDirectory: '/var/lib',
  CacheDirectory: '/var/cache',
  LogsDirectory: '/var/log',
  RuntimeDirectory: '/run',
}

/** What these settings forbid is told; a task forbids by granting nothing. */
const FORBIDDEN = new Set(['InaccessiblePaths', 'IPAddressDeny', 'NoExecPaths', 'SocketBindDeny'])

/**
 * A draft of a task from a unit: what its settings leave it, as a task of that unit. What they leave open is a thing to
 * decide.
 */
export function draftOfUnit(unit: LoadedUnit, name: string): Draft {
  const lines = linesOf(unit)
  const [description] = lines.get('Description') ?? []
  const draft = new DraftBuilder(name, description ?? `What ${unit.name} does.`, unit.name)
  for (const key of ['ReadWritePaths', 'BindPaths']) grantPaths('change', CHANGE, key, lines, draft)
  for (const key of ['ReadOnlyPaths', 'BindReadOnlyPaths', 'LoadCredential', 'EnvironmentFile'])
    grantPaths('read', READ, key, lines, draft)
  grantPaths('run', EXEC, 'ExecPaths', lines, draft)
  for (const [key, above] of Object.entries(FOLDERS)) grantFolders(key, above, lines, draft)
  grantPrograms(lines, draft)
  grantNetwork(lines, draft)
  tellOpen(lines, draft)
  return draft.build()
}

/** Values by key, words of several lines together; an empty value takes back what stood before. */
function linesOf({ assignments }: LoadedUnit): ReadonlyMap<string, readonly string[]> {
  const lines = new Map<string, string[]>()
  for (const { section, key, value } of assignments) {
    if (section !== 'Service' && section !== 'Unit' && section !== 'Socket') continue
    if (value === '') lines.delete(key)
    else lines.set(key, [...(lines.get(key) ?? []), value])
  }
  return lines
}

function wordsOf(key: string, lines: ReadonlyMap<string, readonly string[]>): readonly string[] {
  return (lines.get(key) ?? []).flatMap((line) => line.split(/\s+/)).filter((word) => word !== '')
}

/** `-` (may be missing) and `+` (below the root folder) in front, and `SOURCE:DESTINATION`, of which the unit sees the second. */
function grantPaths(
  id: string,
  capabilities: typeof READ,
  key: string,
  lines: ReadonlyMap<string, readonly string[]>,
  draft: DraftBuilder,
): void {
  for (const word of wordsOf(key, lines)) {
    const [source = '', destination] = word.replace(/^[-+]+/, '').split(':')
    const path = key.startsWith('Bind') && destination?.startsWith('/') === true ? destination : source
    if (!path.startsWith('/') || path.includes('%')) draft.todo(`${key}=${word}: which path is that? grant it`)
    else if (key === 'EnvironmentFile') draft.grant(id, capabilities, { path }, `${key}=${word}`)
    else if (path === '/') draft.todo(`${key}=${word} is about every file: which does it need?`)
    else draft.grant(id, capabilities, { path: path.endsWith('/') ? path : `${path}/` }, `${key}=${word}`)
  }
}

function grantFolders(
  key: string,
  above: string,
  lines: ReadonlyMap<string, readonly string[]>,
  draft: DraftBuilder,
): void {
  for (const word of wordsOf(key, lines)) {
    const [folder = ''] = word.split(':')
    if (folder.includes('%')) draft.todo(`${key}=${word}: which path is that? grant it`)
    else {
      draft.grant('read', READ, { path: `${above}/${folder}/` }, `${key}=${word}`)
      draft.grant('change', CHANGE, { path: `${above}/${folder}/` }, `${key}=${word}`)
    }
  }
}

function grantPrograms(lines: ReadonlyMap<string, readonly string[]>, draft: DraftBuilder): void {
  for (const key of ['ExecStart', 'ExecStartPre', 'ExecStartPost', 'ExecReload', 'ExecStop', 'ExecStopPost']) {
    for (const line of lines.get(key) ?? []) {
      const [program = ''] = line.replace(/^[-@:+!|]+/, '').split(/\s/)
      const path = program.startsWith('/') ? program : `**/${program}`
      if (program === '' || program.includes('%') || program.includes('"'))
        draft.todo(`${key}=${line}: which program is that?`)
      else draft.grant('run', EXEC, { path }, `${key}=${line}`)
    }
  }
  draft.todo('which programs do these start in turn? grant those too, then deny process_exec')
}

function grantNetwork(lines: ReadonlyMap<string, readonly string[]>, draft: DraftBuilder): void {
  for (const word of wordsOf('IPAddressAllow', lines)) {
    const from = `IPAddressAllow=${word}`
    if (word === 'any') draft.todo(`${from} is every host: name those that it needs under hosts`)
    // What stays on the host needs no grant.
    else if (word !== 'localhost') {
      const host = draft.host(NETWORKS.get(word) ?? word, null, from)
      if (host === undefined) draft.todo(`${from}: which network is that? name it under hosts`)
      else draft.grant('send', SEND, { host }, from)
    }
  }
  for (const word of wordsOf('SocketBindAllow', lines)) {
    const port = Number(/(?:^|:)(\d{1,5})$/.exec(word)?.[1] ?? 0)
    const host = port >= 1 && port <= 65_535 ? draft.host('0.0.0.0/0', port, `SocketBindAllow=${word}`) : undefined
    if (host === undefined) draft.todo(`SocketBindAllow=${word}: where does it listen? grant network_listen there`)
    else draft.grant('listen', LISTEN, { host }, `SocketBindAllow=${word}`)
  }
}

/** Words of IPAddressAllow= (systemd.resource-control(5)). */
const NETWORKS: ReadonlyMap<string, string> = new Map([
  ['link-local', '169.254.0.0/16'],
  ['multicast', '224.0.0.0/4'],
])

function tellOpen(lines: ReadonlyMap<string, readonly string[]>, draft: DraftBuilder): void {
  for (const key of FORBIDDEN)
    for (const word of wordsOf(key, lines).filter((each) => each !== 'any'))
      draft.todo(`${key}=${word} forbids it: see that no grant covers it`)
  const closed = wordsOf('IPAddressDeny', lines).includes('any') || wordsOf('PrivateNetwork', lines).includes('yes')
  if (!closed) draft.todo('the unit leaves every host open (no IPAddressDeny=any): which does it need?')
  if (!['strict', 'full', 'yes'].some((word) => wordsOf('ProtectSystem', lines).includes(word)))
    draft.todo('the unit leaves the file system open (no ProtectSystem=): what does it change?')
  for (const word of wordsOf('AmbientCapabilities', lines).concat(wordsOf('CapabilityBoundingSet', lines)))
    draft.todo(
      `the unit may have ${word.replace(/^~/, 'all but ')}: a task does not grant Linux capabilities, "detpack harden" does`,
    )
}

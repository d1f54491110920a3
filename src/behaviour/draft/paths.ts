import { error, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import { didYouMean } from '../../diagnostic/suggest.ts'
import type { Source } from '../../diagnostic/source.ts'
import { CHANGE, DraftBuilder, EXEC, LISTEN, READ, SEND, type Draft } from './draft.ts'

type Right = 'read' | 'write' | 'execute'

/** What the words of such lists mean, as sandboxes that stand on Landlock have them. */
const RIGHTS: Readonly<Record<string, readonly Right[]>> = {
  ro: ['read'],
  r: ['read'],
  rw: ['read', 'write'],
  w: ['write'],
  rx: ['read', 'execute'],
  rwx: ['read', 'write', 'execute'],
  x: ['execute'],
  LL_FS_RO: ['read', 'execute'],
  LL_FS_RW: ['read', 'write', 'execute'],
}

const PORTS: Readonly<Record<string, 'connect' | 'bind'>> = {
  connect: 'connect',
  bind: 'bind',
  LL_TCP_CONNECT: 'connect',
  LL_TCP_BIND: 'bind',
}

/**
 * A draft from a list of paths with rights: a line `ro /etc`, `rw /tmp`, `rx /usr`, `connect 443`, `bind 8080` each, or
 * the environment of the kernel's sample (samples/landlock/sandboxer.c): `LL_FS_RO="/bin:/usr"`, `LL_TCP_CONNECT=443`. As
 * with Landlock a path is about all that lies beneath it.
 */
export function draftOfPaths(
  source: Source,
  name: string,
): { readonly draft: Draft } | { readonly diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = []
  const draft = new DraftBuilder(name, 'What the list of paths lets it use.')
  let start = 0
  for (const line of source.text.split('\n')) {
    readLine(line, { source, start, end: start + line.length }, draft, diagnostics)
    start += line.length + 1
  }
  if (diagnostics.length > 0) return { diagnostics }
  draft.todo('what is the task for? say it under purpose, for the person who reviews it')
  draft.todo('a list of paths does not tell files from folders: a path without "/" at its end was taken as a folder')
  draft.todo('which hosts does it send to? a list of paths and ports does not know: name them under hosts')
  return { draft: draft.build() }
}

function readLine(
  line: string,
  span: Diagnostic['span'] & object,
  draft: DraftBuilder,
  diagnostics: Diagnostic[],
): void {
  const plain = line.replace(/(?:^|\s)#.*$/, '').trim()
  if (plain === '') return
  const [, word = '', rest = ''] = /^(?:export\s+)?([A-Za-z_]+)\s*[=:\s]\s*(.*)$/.exec(plain) ?? []
  const values = rest
    .replace(/^(["'])(.*)\1$/, '$2')
    .split(':')
    .map((each) => each.trim())
    .filter((each) => each !== '')
  const rights = Object.hasOwn(RIGHTS, word) ? RIGHTS[word] : undefined
  const port = Object.hasOwn(PORTS, word) ? PORTS[word] : undefined
  if (rights === undefined && port === undefined) {
    const known = [...Object.keys(RIGHTS), ...Object.keys(PORTS)]
    const hint = didYouMean(word, known) ?? `write one of ${known.join(', ')}, and a path or port`
    diagnostics.push(error('behaviour/draft-source', 'this line gives no right', span, { hint }))
  } else if (values.length === 0) {
    diagnostics.push(
      error('behaviour/draft-source', `"${word}" is about nothing`, span, { hint: 'write a path or port' }),
    )
  }
  for (const value of values) {
    if (rights !== undefined) grantPathTo(rights, value, plain, draft)
    if (port !== undefined && !grantPort(port, value, plain, draft))
      diagnostics.push(error('behaviour/draft-source', `"${value}" is no port`, span))
  }
}

function grantPathTo(rights: readonly Right[], path: string, from: string, draft: DraftBuilder): void {
  const folder = path.endsWith('/') ? path : `${path}/`
  if (folder === '/')
    return draft.todo(`${from} is about every file: which classes of rules/resources.yml may it be about?`)
  if (rights.includes('read')) draft.grant('read', READ, { path: folder }, from)
  if (rights.includes('write')) draft.grant('change', CHANGE, { path: folder }, from)
  if (rights.includes('execute')) {
    draft.deny(EXEC)
    draft.grant('run', EXEC, { path: folder }, from)
  }
}

function grantPort(way: 'connect' | 'bind', text: string, from: string, draft: DraftBuilder): boolean {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0
  if (port < 1 || port > 65_535) return false
  for (const network of ['0.0.0.0/0', '::/0']) {
    const host = draft.host(network, port, from)
    if (host !== undefined)
      draft.grant(way === 'connect' ? 'send' : 'listen', way === 'connect' ? SEND : LISTEN, { host }, from)
  }
  return true
}

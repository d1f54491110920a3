import type { Use } from '../recording/use.ts'
import { allTexts, commandAt } from './argument.ts'
import { pathOf, placeOf } from './place.ts'
import type { Tool } from './tool.ts'
import { networkUse, type Said } from './use.ts'

/** More words than this of one call are not looked at. */
const MOST_WORDS = 512

/**
 * What a call may use by the words in its arguments: of a tool that nobody declared all texts, of a shell its command.
 * A path of a followed class is taken as read, a URL as connected and sent to; nothing else is guessed.
 */
export function* guessedUses(said: Said, tool: Tool | undefined): Generator<Use> {
  const { host, table, call, isFollowed } = said
  const told = new Set<string>()
  for (const word of wordsOf(said, tool)) {
    if (told.has(word)) continue
    told.add(word)
    if (/^[a-z][a-z0-9+.-]{0,15}:\/\//i.test(word) && !word.startsWith('file:')) {
      const place = placeOf(word, table)
      if (place === undefined) continue
      yield networkUse(host, 'network_connect', place)
      yield networkUse(host, 'network_send', place)
    } else if (/^(?:\/|~\/|file:\/\/)/.test(word)) {
      const path = pathOf(word, call.cwd, table)
      if (path === undefined || !isFollowed(path.path)) continue
      yield {
        action: 'file_read',
        object: host.objects.named(path.path),
        ...(!path.sure && { unknown: ['file.path'] }),
      }
    }
  }
}

function* wordsOf({ call }: Said, tool: Tool | undefined): Generator<string> {
  if (tool === undefined) {
    // A whole text may be a path with blanks in it.
    for (const text of allTexts(call.arguments)) {
      yield text
      yield* partsOf(text)
    }
    return
  }
  for (const use of tool.uses) {
    if (use.command === null) continue
    for (const word of commandAt(call.arguments, use.command) ?? []) yield* partsOf(word)
  }
}

/** `--key=@/a/b`, `'/a/b';` and `user@host:/a/b` name `/a/b`. */
function* partsOf(text: string): Generator<string> {
  let left = MOST_WORDS
  for (const piece of text.slice(0, 65_536).split(/[\s"'`()<>|;&,]+/)) {
    if (left-- <= 0) return
    if (piece === '') continue
    yield piece
    const named = /[=@:]((?:\/(?!\/)|~\/|[a-z]{2,10}:\/\/).*)$/.exec(piece)?.[1]
    if (named !== undefined) yield named
  }
}

import ipaddr from 'ipaddr.js'

/** What a text names that events know too. */
export interface Nouns {
  /** As resource patterns: files, and directories with `/` at their end. */
  readonly paths: readonly string[]
  readonly addresses: readonly string[]
  /** Names of hosts; events know addresses, so these are for people. */
  readonly hosts: readonly string[]
}

/** Longer texts are cut: a prompt is read, not a book. */
const LONGEST = 1 << 16

const PATH = /(?<![\w/.:~])(?:~\/|\/)(?:[\w.@+-]+\/)*[\w.@+-]*[\w/]/g
const WORD = /[A-Za-z0-9.:[\]-]+/g
const HOST = /^(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,24}$/
/** Endings that files have and hosts seldom. */
const FILE_END = /\.(?:txt|md|pdf|docx?|xlsx?|csv|json|ya?ml|py|js|ts|sh|log|html?|xml|zip|tar|gz|png|jpe?g)$/i

/** The paths, addresses and hosts that a task's text, its prompt or its bindings name. */
export function nounsOf(text: string): Nouns {
  const read = text.slice(0, LONGEST)
  const withoutAddresses = read.replace(/[a-z]+:\/\/[^\s/]+\S*/gi, ' ')
  const paths = [...withoutAddresses.matchAll(PATH)].map(([path]) => path).filter((path) => /[\w]/.test(path))
  const words = [...read.matchAll(WORD)].map(([word]) => word.replace(/^[.:[-]+|[.:\]-]+$/g, ''))
  const bare = words.map((word) => (/^[\d.]+:\d+$/.test(word) ? word.slice(0, word.indexOf(':')) : word))
  return {
    paths: sorted(paths.filter((path) => !path.includes('/../') && path !== '/')),
    addresses: sorted(bare.filter((word) => isAddress(word))),
    hosts: sorted(
      bare.map((word) => word.replace(/:\d+$/, '')).filter((word) => HOST.test(word) && !FILE_END.test(word)),
    ),
  }
}

function isAddress(word: string): boolean {
  return ipaddr.IPv4.isValidFourPartDecimal(word) || (word.includes(':') && ipaddr.IPv6.isValid(word))
}

function sorted(words: readonly string[]): string[] {
  return [...new Set(words)].sort()
}

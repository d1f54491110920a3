import type { Json } from '../../event/field.ts'
import type { Server } from '../failure.ts'
import { isJsonObject } from '../object.ts'

export const splunkd: Server = {
  name: 'Splunk',
  credentials:
    'a token must be one of splunkd (Settings, Tokens), not of the HTTP Event Collector; sessions end after an hour',
  rights: 'the role needs read access to the app',
  certificate: "name the authority that signed its certificate as CA file; splunkd's own is etc/auth/cacert.pem",
  address: 'check the address and that it runs; the management port is 8089 unless it was changed',
  reply: 'check that the address is that of the management port, and that no proxy answers in its place',
}

/** @param rights that something takes, beyond seeing the app: completes "the role needs …" */
export function splunkdFor(rights: string | undefined): Server {
  return rights === undefined ? splunkd : { ...splunkd, rights: `the role needs ${rights}` }
}

/** Splunk's messages, from JSON or from Atom (which the KV store answers errors in even where JSON was asked for). */
export function messagesOf(body: Json | undefined, text: string): readonly string[] | undefined {
  if (isJsonObject(body)) {
    const { messages } = body
    if (!Array.isArray(messages)) return undefined
    return (messages as readonly Json[]).flatMap((each) =>
      isJsonObject(each) && typeof each['text'] === 'string' ? [each['text']] : [],
    )
  }
  if (!/<response>\s*<messages>/.test(text.slice(0, 500))) return undefined
  return [...text.matchAll(/<msg\b[^>]*>([^<]*)<\/msg>/g)].map((found) => unescaped(found[1] ?? ''))
}

function unescaped(text: string): string {
  const named: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' }
  return text.replace(/&(lt|gt|quot|apos|amp);/g, (_whole, name: string) => named[name] ?? '').trim()
}

import { error, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import type { Json } from '../../event/field.ts'
import { isJsonObject } from '../object.ts'

/** Longest part of a server's message that is passed on. */
const LONGEST = 500

/**
 * What a status other than success means to the person who deploys.
 *
 * `target/unauthorized` 401 · `target/forbidden` 403 · `target/busy` 429 · `target/unreachable` 502, 503, 504 ·
 * `target/refused` any other
 *
 * @param doing completes "Splunk refused to …": `create saved search "x"`
 * @param needs the rights that it takes, for the hint of 403
 * @param said the server's own words, redacted
 */
export function statusFailure(status: number, doing: string, needs: string, said: string): Diagnostic {
  const words = said === '' ? '' : `: ${said.length > LONGEST ? `${said.slice(0, LONGEST)}…` : said}`
  switch (status) {
    case 401:
      return error('target/unauthorized', `Splunk does not accept the credentials${words}`, undefined, {
        hint: 'a token must be one of splunkd (Settings, Tokens), not of the HTTP Event Collector; sessions end after an hour',
      })
    case 403:
      return error('target/forbidden', `the credentials do not allow to ${doing} in Splunk${words}`, undefined, {
        hint: `the role needs ${needs}`,
      })
    case 429:
      return error('target/busy', `Splunk is too busy to ${doing}${words}`, undefined, { hint: 'try again later' })
    case 502:
    case 503:
    case 504:
      return error('target/unreachable', `Splunk cannot ${doing} now (status ${status})${words}`)
    default:
      return error('target/refused', `Splunk refused to ${doing} (status ${status})${words}`)
  }
}

/** `target/unreachable`: no answer came. */
export function connectionFailure(base: string, reason: string): Diagnostic {
  return error('target/unreachable', `Splunk at ${base} cannot be reached: ${reason}`, undefined, {
    hint: isCertificateProblem(reason)
      ? "name the authority that signed its certificate as CA file; splunkd's own is etc/auth/cacert.pem"
      : 'check the address and that it runs; the management port is 8089 unless it was changed',
  })
}

/** `target/unexpected-reply`: an answer that such a server does not give. */
export function replyFailure(doing: string, reason: string): Diagnostic {
  return error('target/unexpected-reply', `Splunk answered strangely when asked to ${doing}: ${reason}`, undefined, {
    hint: 'check that the address is that of the management port, and that no proxy answers in its place',
  })
}

/** A TLS failure, by its code or words; trying again would not help. */
export function isCertificateProblem(code: string): boolean {
  return /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|ERR_TLS|ERR_SSL/i.test(code)
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

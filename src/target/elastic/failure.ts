import { error, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import type { Json, JsonObject } from '../../event/field.ts'

/** Longest part of a server's message that is passed on. */
const LONGEST = 500

/**
 * What a status other than success means to the person who deploys.
 *
 * `target/unauthorized` 401 · `target/forbidden` 403 · `target/busy` 429 · `target/unreachable` 502, 503, 504 ·
 * `target/refused` any other
 *
 * @param doing completes "Kibana refused to …": `create rule "x"`
 * @param said the server's own words, redacted
 */
export function statusFailure(what: string, status: number, doing: string, said: string): Diagnostic {
  const words = said === '' ? '' : `: ${said.length > LONGEST ? `${said.slice(0, LONGEST)}…` : said}`
  switch (status) {
    case 401:
      return error('target/unauthorized', `${what} does not accept the credentials${words}`, undefined, {
        hint: 'check that the API key is the encoded one, belongs to this cluster and has not expired',
      })
    case 403:
      return error('target/forbidden', `the credentials do not allow to ${doing} in ${what}${words}`, undefined, {
        hint:
          what === 'Kibana'
            ? 'the key needs all rights on the Security feature in this space'
            : 'a key that deploys needs the cluster privileges manage_index_templates, manage_ilm and manage_ingest_pipelines, and all rights on the index detpack-receipts',
      })
    case 429:
      return error('target/busy', `${what} is too busy to ${doing}${words}`, undefined, { hint: 'try again later' })
    case 502:
    case 503:
    case 504:
      return error('target/unreachable', `${what} cannot ${doing} now (status ${status})${words}`)
    default:
      return error('target/refused', `${what} refused to ${doing} (status ${status})${words}`)
  }
}

/** `target/unreachable`: no answer came. */
export function connectionFailure(what: string, base: string, reason: string): Diagnostic {
  const certificate = isCertificateProblem(reason)
  return error('target/unreachable', `${what} at ${base} cannot be reached: ${reason}`, undefined, {
    hint: certificate
      ? 'name the authority that signed its certificate as CA file'
      : 'check the address, and that it runs',
  })
}

/** `target/unexpected-reply`: an answer that such a server does not give. */
export function replyFailure(what: string, doing: string, reason: string): Diagnostic {
  return error('target/unexpected-reply', `${what} answered strangely when asked to ${doing}: ${reason}`, undefined, {
    hint: 'check that the address is right and that no proxy answers in its place',
  })
}

/** A TLS failure, by its code or words; trying again would not help. */
export function isCertificateProblem(code: string): boolean {
  return /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|ERR_TLS|ERR_SSL/i.test(code)
}

/** Kibana's message from either of its two error shapes, else the text itself on one line. */
export function messageOf(body: Json | undefined, text: string): string {
  if (body !== null && typeof body === 'object' && !Array.isArray(body)) {
    const { message } = body as JsonObject
    if (typeof message === 'string') return message
    if (Array.isArray(message))
      return (message as readonly Json[]).filter((each) => typeof each === 'string').join('; ')
  }
  return text.replace(/\s+/g, ' ').trim()
}

import { error, type Diagnostic } from '../diagnostic/diagnostic.ts'

/** A server as messages name it, and what helps where it does not do what it was asked for. */
export interface Server {
  readonly name: string
  /** It does not accept who asks. */
  readonly credentials: string
  /** It knows who asks, and that is not enough. */
  readonly rights: string
  /** Its certificate is not trusted. */
  readonly certificate: string
  /** It is not reached. */
  readonly address: string
  /** It answers as such a server does not. */
  readonly reply: string
}

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
export function statusFailure(server: Server, status: number, doing: string, said: string): Diagnostic {
  const { name, credentials, rights } = server
  const words = said === '' ? '' : `: ${said.length > LONGEST ? `${said.slice(0, LONGEST)}…` : said}`
  switch (status) {
    case 401:
      return error('target/unauthorized', `${name} does not accept the credentials${words}`, undefined, {
        hint: credentials,
      })
    case 403:
      return error('target/forbidden', `the credentials do not allow to ${doing} in ${name}${words}`, undefined, {
        hint: rights,
      })
    case 429:
      return error('target/busy', `${name} is too busy to ${doing}${words}`, undefined, { hint: 'try again later' })
    case 502:
    case 503:
    case 504:
      return error('target/unreachable', `${name} cannot ${doing} now (status ${status})${words}`)
    default:
      return error('target/refused', `${name} refused to ${doing} (status ${status})${words}`)
  }
}

/** `target/unreachable`: no answer came. */
export function connectionFailure(
  { name, certificate, address }: Pick<Server, 'name' | 'certificate' | 'address'>,
  base: string,
  reason: string,
): Diagnostic {
  const words = WORDS[reason]
  const said = words === undefined ? reason : `${words} (${reason})`
  const elsewhere = reason.startsWith('the proxy') ? 'check the proxy, and what it lets through' : address
  return error('target/unreachable', `${name} at ${base} cannot be reached: ${said}`, undefined, {
    hint: isCertificateProblem(reason) ? certificate : elsewhere,
  })
}

/** Codes of the system that say little to who does not know them. */
const WORDS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'there is no host of that name',
  EAI_AGAIN: 'no name server answers',
  EPROTO: 'it does not speak TLS there',
  CERT_HAS_EXPIRED: 'its certificate has expired',
}

/** `target/unexpected-reply`: an answer that such a server does not give. */
export function replyFailure({ name, reply }: Server, doing: string, reason: string): Diagnostic {
  return error('target/unexpected-reply', `${name} answered strangely when asked to ${doing}: ${reason}`, undefined, {
    hint: reply,
  })
}

/** A TLS failure, by its code or words; trying again would not help. */
export function isCertificateProblem(code: string): boolean {
  return /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|ERR_TLS|ERR_SSL/i.test(code)
}

import { error, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import { connectionFailure, isCertificateProblem } from '../../target/failure.ts'
import { retryAfter } from '../../target/pace.ts'
import { jsonObject, type HttpAnswer } from '../http/http-client.ts'

/** What the HTTP Event Collector said. */
export type HecAnswer =
  | { readonly kind: 'taken'; readonly ackId: number | null }
  | { readonly kind: 'later' | 'held'; readonly diagnostic: Diagnostic; readonly wait?: number | undefined }
  /** One event is wrong; its place in the batch where that was said. */
  | { readonly kind: 'event'; readonly at: number | null; readonly why: string }
  | { readonly kind: 'too-large' }

const COLLECTOR = {
  name: 'Splunk',
  certificate: 'name the authority that signed its certificate as CA file',
  address: 'check the address, and that it runs',
}

/** Codes that speak of one event: no data, no format, no event field, a blank one, wrong fields. */
const OF_AN_EVENT = new Set([5, 6, 12, 13, 15])
/** Internal error, busy, queues full, acknowledgement not there, shutting down, at capacity. */
const PASSING = new Set([8, 9, 18, 19, 20, 23, 24])

const HINTS: Readonly<Record<number, string>> = {
  1: 'enable the token in Splunk',
  2: 'give the token in DETPACK_HEC_TOKEN or in a file',
  3: 'give the token in DETPACK_HEC_TOKEN or in a file',
  4: 'check that the token is of this Splunk',
  7: 'let the token write to the index, or name another index',
  14: 'enable acknowledgement for the token, or leave --require-ack out',
}

/** What an answer means: by its code where it has one (Splunk's table of HEC codes), else by its status. */
export function readHec(
  answer: HttpAnswer,
  to: { readonly base: string; readonly redact: (text: string) => string },
): HecAnswer {
  if (answer.kind === 'none') {
    const kind = isCertificateProblem(answer.reason) ? 'held' : 'later'
    return { kind, diagnostic: connectionFailure(COLLECTOR, to.base, answer.reason) }
  }
  const { status, headers } = answer
  const body = jsonObject(answer.text)
  const code = body?.['code']
  const ackId = body?.['ackId']
  const text = to.redact(typeof body?.['text'] === 'string' ? body['text'] : answer.text.replace(/\s+/g, ' ').trim())
  if (typeof code !== 'number') {
    if (status === 413) return { kind: 'too-large' }
    const kind = status === 429 || status >= 500 ? 'later' : 'held'
    return { kind, diagnostic: refusal(`status ${status}`, text.slice(0, 300)), wait: retryAfter(headers) }
  }
  if (code === 0 && status < 300) return { kind: 'taken', ackId: typeof ackId === 'number' ? ackId : null }
  if (PASSING.has(code) || status === 429 || status >= 500)
    return { kind: 'later', diagnostic: refusal(`code ${code}`, text), wait: retryAfter(headers) }
  if (OF_AN_EVENT.has(code)) {
    const at = body?.['invalid-event-number']
    return { kind: 'event', at: typeof at === 'number' ? at : null, why: `${text} (code ${code})` }
  }
  return { kind: 'held', diagnostic: refusal(`code ${code}`, text, HINTS[code]) }
}

function refusal(code: string, text: string, hint?: string): Diagnostic {
  return error('ship/hec', `Splunk's HTTP Event Collector says: ${text} (${code})`, undefined, { hint })
}

/** `ship/no-acknowledgement` */
export function noAcknowledgement(): Diagnostic {
  const message = 'the token has no indexer acknowledgement: what Splunk takes may still be lost inside it'
  const hint = 'enable "indexer acknowledgement" for the token (Splunk Cloud does not offer it)'
  return error('ship/no-acknowledgement', message, undefined, { hint })
}

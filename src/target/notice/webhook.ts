import { isPassing, retryAfter } from '../pace.ts'
import { NOTICE_PACE, type Receiver } from './notice.ts'

export interface WebhookOptions {
  /** Its path and query may be what keeps others out, and stand in no message. */
  readonly url: URL
  readonly token?: string
  /** Longest wait for an answer, ms. */
  readonly timeout?: number
}

/** Posts each alert as JSON. Any 2xx takes it; the id goes along as `Idempotency-Key`, for one may come twice. */
export function webhook({ url, token, timeout = NOTICE_PACE.timeout }: WebhookOptions): Receiver {
  return {
    name: `the webhook at ${url.host}`,
    hand: async (notice) => {
      const { request } = await import('undici')
      try {
        const answer = await request(url, {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            'idempotency-key': notice.id,
            'user-agent': 'detpack',
            ...(token !== undefined && { authorization: `Bearer ${token}` }),
          },
          body: notice.json,
          signal: AbortSignal.timeout(timeout),
        })
        await answer.body.dump()
        const { statusCode: status } = answer
        if (status >= 200 && status < 300) return { value: null, passing: false }
        const wait = retryAfter(answer.headers)
        return { value: `status ${status}`, passing: isPassing(status) || status >= 500, wait }
      } catch (thrown) {
        const { code, name } = thrown as NodeJS.ErrnoException
        return { value: code ?? (name === 'TimeoutError' ? 'no answer in time' : 'no answer'), passing: true }
      }
    },
    close: () => undefined,
  }
}

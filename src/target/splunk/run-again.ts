import { error, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import type { LiveObject } from '../object.ts'
import { eachOf } from '../pace.ts'
import type { RunAgainResult } from '../target.ts'
import { replyFailure } from '../failure.ts'
import { splunkd } from './server.ts'
import { jobDone, sidOf } from './search-job.ts'
import { suppressionOf, windowOf } from './search-window.ts'
import { part, unmet, type SplunkClient } from './splunk-client.ts'

/** A role may run few searches at once. */
const AT_ONCE = 2

/**
 * Dispatches saved searches over a stretch of event time, with their actions, and waits for each. A search looks at one
 * window more on both sides, so that chains lie whole in it. What was told before is held back by the identity of the
 * chain, for as long as the search holds back (`alert.suppress.period`): a stretch that is older is refused with
 * `target/too-old`, since its alerts would come twice.
 *
 * @param from @param to RFC 3339
 */
export async function runAgain(
  client: SplunkClient,
  rules: readonly LiveObject[],
  from: string,
  to: string,
): Promise<RunAgainResult> {
  const told = await eachOf(rules, AT_ONCE, (rule) => dispatch(client, rule, Date.parse(from), Date.parse(to)))
  const diagnostics = told.filter((each) => each !== undefined)
  return { taken: rules.length - diagnostics.length, diagnostics }
}

async function dispatch(
  client: SplunkClient,
  { title, content, handle, id }: LiveObject,
  from: number,
  to: number,
): Promise<Diagnostic | undefined> {
  const now = Date.now()
  const window = windowOf(content)
  const start = from - window
  const remembered = suppressionOf(content)
  if (Number.isNaN(window) || Number.isNaN(remembered)) {
    const message = `how far "${title}" looks back, or holds back, was set by hand in a form that detpack does not read`
    const hint = 'take it back with --overwrite, or dispatch it in Splunk'
    return error('target/too-old', message, undefined, { hint })
  }
  if (now - start >= remembered) {
    const message = `"${title}" would tell again what it told before: Splunk remembers that for ${remembered / 3_600_000} h`
    const hint = 'take a later --from, or raise alert.suppress.period in Splunk before events come so late'
    return error('target/too-old', message, undefined, { hint })
  }
  const doing = `run "${title}" again`
  const reply = await client.request({
    method: 'POST',
    path: { app: `saved/searches/${part(handle ?? id)}/dispatch` },
    form: {
      'dispatch.earliest_time': String(start / 1000),
      'dispatch.latest_time': String(Math.min(to + window, now) / 1000),
      trigger_actions: '1',
    },
    doing,
    needs: 'the capability search, and read permission to the saved search',
  })
  if (reply.kind !== 'ok') return unmet(reply, doing)
  const sid = sidOf(reply.body)
  return sid === undefined ? replyFailure(splunkd, doing, 'the answer names no job') : jobDone(client, sid, doing)
}

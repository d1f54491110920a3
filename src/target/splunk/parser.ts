import { error, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import { textOf } from '../object.ts'
import { eachOf } from '../pace.ts'
import type { WritingAction } from '../plan.ts'
import { unmet, type Reply, type SplunkClient } from './splunk-client.ts'

const AT_ONCE = 4
const V2 = 'search/v2/parser'
const V1 = 'search/parser'

/**
 * Has Splunk parse the searches that are about to be written; nothing is run or kept. Its refusal is `target/refused`.
 * Macros and lookups are not looked into, since they may not be there yet. Asks version 2 of the endpoint, and version 1
 * where there is none (before 9.0.1). A text that was parsed once is not asked for again.
 */
export function searchParser(
  client: SplunkClient,
): (actions: readonly WritingAction[]) => Promise<readonly Diagnostic[]> {
  const good = new Set<string>()
  let newest = V2
  const ask = async (search: string, doing: string): Promise<Reply> => {
    const q = search.trimStart().startsWith('|') ? search : `search ${search}`
    const post = (path: string): Promise<Reply> =>
      client.request({
        ...{ method: 'POST', path: { services: path }, form: { q, parse_only: 't' }, doing },
        needs: 'the capability search',
      })
    const asked = newest
    const reply = await post(asked)
    if (reply.kind !== 'absent' || asked === V1) return reply
    newest = V1
    return post(V1)
  }
  const check = async (action: WritingAction): Promise<Diagnostic | undefined> => {
    if (action.kind === 'delete' || action.object.kind !== 'saved-search') return undefined
    const search = textOf(action.content['search'])
    if (good.has(search)) return undefined
    const { title } = action.object
    const doing = `parse the search of "${title}"`
    const reply = await ask(search, doing)
    if (reply.kind === 'ok') good.add(search)
    if (reply.kind === 'ok') return undefined
    if (reply.kind !== 'wrong') return unmet(reply, doing)
    return error('target/refused', `Splunk cannot parse the search of "${title}": ${reply.said.slice(0, 500)}`)
  }
  return async (actions) => (await eachOf(actions, AT_ONCE, check)).filter((each) => each !== undefined)
}

import { CATALOGUE } from '../../artifact/splunk/catalogue.ts'
import { error, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import { keyOf, type LiveObject, type ObjectName } from '../object.ts'
import type { Reading } from '../reading.ts'
import type { Target } from '../target.ts'
import { collectionPolicy } from './collection-policy.ts'
import { readCollections, valueLists, writeCollections } from './collection-store.ts'
import type { SplunkConnection } from './connection.ts'
import { ENTITY_KINDS, type EntityKind } from './entity-kind.ts'
import { readEntities, writeEntities } from './entity-store.ts'
import { entityIn } from './entity.ts'
import { replyFailure } from '../failure.ts'
import { splunkd } from './server.ts'
import { searchParser } from './parser.ts'
import { splunkReceipts } from './receipts.ts'
import { runAgain } from './run-again.ts'
import { openSplunkd, part, unmet, type SplunkClient } from './splunk-client.ts'
import { splunkStatus } from './status.ts'

export type TargetOpening =
  | { readonly kind: 'open'; readonly target: Target }
  | { readonly kind: 'failed'; readonly diagnostics: readonly Diagnostic[] }

/** The oldest version whose REST API has all that is used here: JSON answers, the KV store, tokens. */
const OLDEST = 8

/** The collection that every pack keeps. */
const catalogueName = { kind: 'collection', id: CATALOGUE, title: CATALOGUE } as const

/**
 * One app of a Splunk search head. Before anything else the server is asked for its version (`target/old-version`: too old)
 * and for the app (`target/no-app`), which tells at once whether the credentials hold.
 *
 * @param base the search that finds the events
 */
export async function openSplunk(connection: SplunkConnection, name: string, base: string): Promise<TargetOpening> {
  const opening = await openSplunkd(connection)
  if (opening.kind === 'failed') return opening
  const { client } = opening
  const problem = (await whyTooOld(client)) ?? (await whyNoApp(client))
  if (problem !== undefined) {
    await client.close()
    return { kind: 'failed', diagnostics: [problem] }
  }
  const kindOf = (kind: string): EntityKind | undefined => ENTITY_KINDS.find((each) => each.kind === kind)
  const target: Target = {
    place: { kind: 'splunk', name, at: `Splunk ${connection.splunkd.url}, app ${client.app}` },
    kinds: ['collection', ...ENTITY_KINDS.map(({ kind }) => kind)],
    policy: (kind) => {
      if (kind === 'collection') return collectionPolicy
      const found = kindOf(kind)
      if (found === undefined) throw new Error(`no object of Splunk: ${kind}`)
      return found.policy
    },
    inspect: searchParser(client),
    read: async (pack, named) => {
      const collections = named.filter((each) => each.kind === 'collection')
      const asked = new Set(collections.map(keyOf))
      const lists: Reading<readonly ObjectName[]> =
        pack === null ? { kind: 'read', value: [] } : await valueLists(client)
      if (lists.kind === 'failed') return lists
      const others = pack === null ? [] : [catalogueName, ...lists.value]
      const rows = await readCollections(client, [...collections, ...others.filter((each) => !asked.has(keyOf(each)))])
      if (rows.kind === 'failed') return rows
      const found = rows.value.filter((one) => asked.has(keyOf(one)) || one.mark?.pack === pack)
      for (const kind of ENTITY_KINDS) {
        const some = named.filter((each) => each.kind === kind.kind)
        if (pack === null && some.length === 0) continue
        const read: Reading<readonly LiveObject[]> = await readEntities(client, kind, pack, some)
        if (read.kind === 'failed') return read
        found.push(...read.value)
      }
      return { kind: 'read', value: found }
    },
    write: async (work, onWritten) => {
      const name = work[0]?.action.object.kind
      if (name === 'collection') return writeCollections(client, work, onWritten)
      const kind = kindOf(name ?? '')
      return kind === undefined ? { tried: 0, failures: [] } : writeEntities(client, kind, work, onWritten)
    },
    receipts: splunkReceipts(client),
    status: (pack, since) => splunkStatus(client, base, pack, since),
    runAgain: (rules, from, to) => runAgain(client, rules, from, to),
    close: () => client.close(),
  }
  return { kind: 'open', target }
}

async function whyTooOld(client: SplunkClient): Promise<Diagnostic | undefined> {
  const doing = 'say its version'
  const reply = await client.request({ method: 'GET', path: { services: 'server/info' }, doing })
  if (reply.kind !== 'ok') return unmet(reply, doing)
  const version = entityIn(reply.body)?.content['version']
  if (typeof version !== 'string') return replyFailure(splunkd, doing, 'the answer holds no version')
  if (Number(version.split('.')[0]) >= OLDEST) return undefined
  return error('target/old-version', `Splunk is of version ${version}, which is too old`, undefined, {
    hint: `detpack needs ${OLDEST}.0 or newer; "detpack compile -t splunk -f app" makes an app for older ones`,
  })
}

async function whyNoApp(client: SplunkClient): Promise<Diagnostic | undefined> {
  const { app } = client
  const doing = `look for the app "${app}"`
  const reply = await client.request({ method: 'GET', path: { services: `apps/local/${part(app)}` }, doing })
  if (reply.kind === 'ok') {
    const disabled = entityIn(reply.body)?.content['disabled']
    if (disabled !== true && disabled !== '1') return undefined
    const hint = `switch it on in Splunk, under Apps, Manage Apps`
    return error('target/no-app', `the app "${app}" is switched off`, undefined, { hint })
  }
  if (reply.kind !== 'absent') return unmet(reply, doing)
  return error('target/no-app', `there is no app "${app}" in this Splunk`, undefined, {
    hint: 'install the one that "detpack compile -t splunk -f app -o FOLDER" makes, or name another with --app',
  })
}

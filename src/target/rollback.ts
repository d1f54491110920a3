import { contentDigest } from '../event/canonical.ts'
import { error, type Diagnostic } from '../diagnostic/diagnostic.ts'
import { differences } from './difference.ts'
import { unlike } from './apply.ts'
import { deletion } from './deployment.ts'
import { keyOf, type LiveObject } from './object.ts'
import type { PackIdentity, Plan, PlanAction, PlannedObject, Planning, WritingAction } from './plan.ts'
import type { ReceiptChange } from './receipt.ts'
import type { Target } from './target.ts'

/**
 * Plans to put back what a receipt says was changed, each object byte for byte as it was. An object that has changed
 * since is left alone and blocks, unless it is forced. A receipt of another pack is refused (`target/receipt`).
 *
 * @param receipt its id or the beginning of it; undefined for the newest deployment that has not been rolled back
 */
export async function planRollback(
  receipt: string | undefined,
  target: Target,
  pack: PackIdentity,
  force: boolean,
): Promise<Planning> {
  const failed = (diagnostic: Diagnostic): Planning => ({ kind: 'failed', diagnostics: [diagnostic] })
  const { receipts } = target
  if (receipts === null) return failed(noReceipts(target))
  const id = receipt ?? (await newest(target, pack.name))
  if (typeof id !== 'string') return failed(id)
  const found = await receipts.get(id)
  if (found.kind === 'failed') return failed(found.diagnostic)
  if (found.value === undefined) return failed(notFound(`there is no receipt "${id}" in ${target.place.at}`))
  if (found.value.pack.name !== pack.name)
    return failed(notFound(`receipt "${id}" is of the pack "${found.value.pack.name}", and this is "${pack.name}"`))
  const touched = found.value.changes.filter(({ result }) => result !== 'skipped' && result !== 'undone')
  const live = await target.read(null, touched)
  if (live.kind === 'failed') return failed(live.diagnostic)
  const byKey = new Map(live.value.map((each) => [keyOf(each), each]))
  const { id: undoes } = found.value
  // What was made last goes first.
  const actions = [...touched]
    .reverse()
    .map((change) => undo(change, byKey.get(keyOf(change)) ?? null, target, force, undoes))
  return {
    kind: 'plan',
    plan: { purpose: 'rollback', place: target.place, pack, actions, undoes },
    diagnostics: [],
  }
}

/** Plans to take away everything that carries the pack's mark, what stands on others first. */
export async function planDestruction(target: Target, pack: PackIdentity): Promise<Planning> {
  const live = await target.read(pack.name, [])
  if (live.kind === 'failed') return { kind: 'failed', diagnostics: [live.diagnostic] }
  const order = new Map(target.kinds.map((kind, at) => [kind, at]))
  const ours = live.value
    .filter(({ mark }) => mark?.pack === pack.name)
    .sort((a, b) => (order.get(b.kind) ?? 0) - (order.get(a.kind) ?? 0))
  const plan: Plan = {
    purpose: 'destroy',
    place: target.place,
    pack,
    actions: ours.map((each) => deletion(each, target.policy(each.kind))),
  }
  return { kind: 'plan', plan, diagnostics: [] }
}

/** The newest deployment that changed something and has not been rolled back. */
async function newest({ receipts, place }: Target, pack: string): Promise<string | Diagnostic> {
  const heads = await receipts?.heads(pack, 100)
  if (heads?.kind === 'failed') return heads.diagnostic
  const all = heads?.value ?? []
  const undone = new Set(all.filter((head) => head.state === 'done').map((head) => head.undoes))
  const last = all.find((head) => head.purpose !== 'rollback' && head.state !== 'taken-back' && !undone.has(head.id))
  return last?.id ?? notFound(`nothing that the pack "${pack}" did in ${place.at} is left to roll back`)
}

/** @param receipt the one that is taken back */
function undo(
  change: ReceiptChange,
  live: LiveObject | null,
  target: Target,
  force: boolean,
  receipt: string,
): PlanAction {
  const policy = target.policy(change.kind)
  const { kind, id, title, before, after } = change
  const mark = before === null ? null : policy.markOf(before)
  const object: PlannedObject = { kind, id, title, version: mark?.version ?? null, digest: mark?.digest ?? null }
  const stays = before === null && live !== null ? policy.stays?.(live.content) : undefined
  if (stays !== undefined) return { kind: 'blocked', object, reason: stays }
  const back: WritingAction | undefined =
    before === null
      ? live === null
        ? undefined
        : { kind: 'delete', object, seen: live.fingerprint }
      : live === null
        ? { kind: 'create', object, content: before }
        : contentDigest(before) === live.fingerprint
          ? undefined
          : {
              kind: policy.replaces(live.content, before) ? 'replace' : 'update',
              object,
              content: before,
              changes: differences(live.content, before),
              kept: [],
              drifted: false,
              seen: live.fingerprint,
            }
  if (back === undefined) return { kind: 'unchanged', object, kept: [] }
  const asLeft = after === null ? live === null : live !== null && unlike(after, live.content, policy).length === 0
  // A change that was cut off may not have been made: then it is as before, which the fingerprint told.
  if (asLeft || force) return back
  // By its name: once the rest is back, it is no longer the last one.
  const reason = `it has changed since; "detpack rollback ${receipt} --force" puts it back nevertheless`
  return { kind: 'blocked', object, reason }
}

function noReceipts({ place }: Target): Diagnostic {
  return error('target/receipt', `no receipts are kept in ${place.at}`, undefined, {
    hint: 'receipts of Elastic are kept in Elasticsearch: give its address as well',
  })
}

function notFound(message: string): Diagnostic {
  return error('target/receipt', message, undefined, { hint: '"detpack rollback --list" shows the receipts' })
}

import { createHash } from 'node:crypto'
import { canonicalJson } from '../../event/canonical.ts'
import type { Time } from '../../event/record.ts'
import type { History } from '../history.ts'
import type { ItemKind } from '../log/entry.ts'
import { intervalOf, isWithin, type Period } from '../period.ts'
import { renderAlert, stateAt } from '../triage/register.ts'
import { nameOf, type Item } from './population.ts'

/** All that happened, or held, in a period, and how it was found. The author of an alert is who judged it last. */
export function gatherItems(
  { alerts, deployments, baselines, exceptions }: History,
  period: Period,
): { readonly items: readonly Item[]; readonly query: Readonly<Record<ItemKind, string>> } {
  const items: Item[] = []
  for (const alert of alerts) {
    const { id, title, raised } = alert
    if (isWithin(raised, period))
      items.push({ kind: 'alert', id, title, author: stateAt(alert).by, digest: sha256(renderAlert(alert)) })
  }
  for (const { id: receipt, at, by, changes } of deployments) {
    if (!isWithin(at, period)) continue
    for (const change of changes) {
      const { kind, id, title, action } = change
      const digest = sha256(canonicalJson({ ...change }))
      items.push({ kind: 'change', id: changeId(receipt, kind, id), title: `${action} ${title}`, author: by, digest })
    }
  }
  for (const { id, title, proposedBy, digest } of baselines)
    items.push({ kind: 'baseline', id, title, author: proposedBy, digest })
  for (const { exception, digest } of exceptions) {
    const { id, title, author, from, until } = exception
    if (from < period.to && until >= period.from) items.push({ kind: 'exception', id, title, author, digest })
  }
  const interval = intervalOf(period)
  const query = {
    alert: `lines of alerts.ndjson with raised in ${interval}`,
    change: `changes of the lines of deployments.ndjson with at in ${interval}`,
    baseline: 'files of rules/baselines',
    exception: `files of rules/exceptions that hold in ${interval}`,
  }
  return { items, query }
}

/** When each alert was raised and each change made, by the name of its item. */
export function* happened({
  alerts,
  deployments,
}: Pick<History, 'alerts' | 'deployments'>): Generator<{ readonly name: string; readonly at: Time }> {
  for (const { id, raised } of alerts) yield { name: nameOf({ kind: 'alert', id }), at: raised }
  for (const { id: receipt, at, changes } of deployments)
    for (const { kind, id } of changes) yield { name: nameOf({ kind: 'change', id: changeId(receipt, kind, id) }), at }
}

function changeId(receipt: string, kind: string, id: string): string {
  return `${receipt}/${kind}:${id}`
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

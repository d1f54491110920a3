import { createHash } from 'node:crypto'
import { canonicalJson } from '../../event/canonical.ts'
import type { History } from '../history.ts'
import type { ItemKind } from '../log/entry.ts'
import { intervalOf, isWithin, type Period } from '../period.ts'
import { renderAlert } from '../triage/register.ts'
import type { Item } from './population.ts'

/** All that happened, or held, in a period, and how it was found. */
export function gatherItems(
  { alerts, deployments, baselines, exceptions }: History,
  period: Period,
): { readonly items: readonly Item[]; readonly query: Readonly<Record<ItemKind, string>> } {
  const items: Item[] = []
  for (const alert of alerts) {
    const { id, title, raised } = alert
    if (isWithin(raised, period))
      items.push({ kind: 'alert', id, title, author: null, digest: sha256(renderAlert(alert)) })
  }
  for (const { id: receipt, at, by, changes } of deployments) {
    if (!isWithin(at, period)) continue
    for (const change of changes) {
      const { kind, id, title, action } = change
      const digest = sha256(canonicalJson({ ...change }))
      items.push({ kind: 'change', id: `${receipt}/${kind}:${id}`, title: `${action} ${title}`, author: by, digest })
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

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

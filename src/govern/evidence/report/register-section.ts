import { formatTime, type Time } from '../../../event/record.ts'
import { formatDay } from '../../day.ts'
import type { BaselineRecord } from '../../history.ts'
import { isWithin } from '../../period.ts'
import { approvalOf, approvalOfPack, isOwnApproval } from '../../trace/find-gaps.ts'
import type { Evidence } from '../model.ts'
import { html, type Html } from './html.ts'
import { counted, number } from './words.ts'

/** What is kept on record of the period: reviews, changes, baselines and exceptions, each with who let it be. */
export function registerSection(evidence: Evidence): Html {
  return html`<h2 id="reviews">Reviews</h2>
    ${reviews(evidence)}
    <h2 id="changes" class="here">Changes in targets</h2>
    ${changes(evidence)}
    <h2 id="baselines" class="here">Baselines of services</h2>
    ${baselines(evidence)}
    <h2 id="exceptions" class="here">Exceptions</h2>
    ${exceptions(evidence)}`
}

/** So many lines are shown; the tables beside the report have all. */
const SHOWN = 40

function register(head: readonly (string | Html)[], rows: readonly Html[], file: string): Html {
  const rest = rows.length - SHOWN
  return html`<table>
      <thead>
        <tr>
          ${head.map((each) => (typeof each === 'string' ? html`<th>${each}</th>` : each))}
        </tr>
      </thead>
      <tbody>
        ${rows.slice(0, SHOWN)}
      </tbody>
    </table>
    ${rest > 0 ? html`<p class="soft">and ${number(rest)} more: <code>${file}</code></p>` : null}`
}

function reviews({ reviews: all, period }: Evidence): Html {
  if (all.length === 0) return html`<p>No review of ${period.name} was started.</p>`
  const head = ['period', 'population', 'sample', 'outcomes', 'by', 'state']
  return register(head, all.map(reviewRow), 'reviews.csv')
}

function reviewRow(review: Evidence['reviews'][number]): Html {
  const { period, start, outcomes, closed, late, startedBy, isSeedChosen, withdrawn } = review
  const of = (outcome: string): number => [...outcomes.values()].filter((each) => each.outcome === outcome).length
  const people = [...new Set([startedBy, ...[...outcomes.values()].map(({ by }) => by)])].sort()
  const { alert, change, baseline, exception } = start.sizes
  const population = [
    counted(alert, 'alert'),
    counted(change, 'change'),
    counted(baseline, 'baseline'),
    counted(exception, 'exception'),
  ]
  const state =
    closed === null
      ? html`<span class="state bad">open</span>`
      : late > 0
        ? html`<span class="state open">${late} late</span>`
        : html`<span class="state good">in time</span>`
  return html`<tr>
    <td class="whole">${period}</td>
    <td>${population.join(', ')}</td>
    <td>
      ${number(start.sample.length)}<br /><span class="soft"
        >${isSeedChosen ? html`seed “${start.seed}”, chosen` : 'drawn by the log'}</span
      >
    </td>
    <td>
      ${of('in-order')} in order, ${counted(of('finding'), 'finding')}, ${of('unclear')}
      unclear${withdrawn.length > 0 ? html` <span class="state bad">${withdrawn.length} taken back</span>` : null}
    </td>
    <td>${people.map((name, i) => html`${i === 0 ? null : ', '}<span class="whole">${name}</span>`)}</td>
    <td>${state}<br /><span class="soft whole">due ${formatDay(start.due)}</span></td>
  </tr> `
}

function changes({
  history: {
    deployments,
    reviews: { approvals },
  },
  period,
}: Evidence): Html {
  const own = deployments.filter(({ at }) => isWithin(at, period))
  if (own.length === 0) return html`<p>Nothing was changed.</p>`
  const rows = own.map(({ id, at, by, target, purpose, pack, changes: all }) => {
    const approved = approvalOfPack(pack.digest, approvals)?.approved
    const state =
      purpose !== 'deploy'
        ? html`<span class="soft">${purpose}</span>`
        : approved === undefined
          ? html`<span class="state bad">nobody</span>`
          : html`${approved.by}${approved.at > at ? html` <span class="state bad">afterwards</span>` : null}<br /><span
                class="soft"
                >${minute(approved.at)}</span
              >`
    return html`<tr>
      <td class="whole">${minute(at)}<br /><span class="soft">${id}</span></td>
      <td>${target}</td>
      <td>${pack.version}</td>
      <td class="n">${number(all.length)}</td>
      <td>${by}</td>
      <td>${state}</td>
    </tr> `
  })
  return register(['at', 'target', 'pack', html`<th class="n">objects</th>`, 'by', 'approved by'], rows, 'changes.csv')
}

function baselines({
  history: {
    baselines: all,
    reviews: { approvals },
  },
}: Evidence): Html {
  if (all.length === 0) return html`<p>There are none.</p>`
  const rows = all.map((each) => {
    const signed = approvalOf(each, approvals)
    return html`<tr>
      <td><code>${each.id}</code>${each.title === each.id ? null : html` ${each.title}`}</td>
      <td>${each.owner}</td>
      <td>${each.proposedBy ?? signed?.proposed.by ?? '–'}</td>
      <td>${approvalState(each, signed)}</td>
      <td>${signed === undefined ? '–' : formatDay((signed.approved.at + each.reviewEvery) as Time)}</td>
    </tr> `
  })
  return register(['baseline', 'owner', 'proposed by', 'approved by', 'due again'], rows, 'baselines.csv')
}

function approvalState({ proposedBy, approved }: BaselineRecord, signed: ReturnType<typeof approvalOf>): Html {
  if (signed === undefined)
    return html`<span class="state bad">nobody</span>${approved === null ? null : html` a name only: ${approved.by}`}`
  const { by, at } = signed.approved
  const own = isOwnApproval(signed, proposedBy) ? html` <span class="state bad">its author</span>` : null
  return html`${by}${own}<br /><span class="soft">${formatDay(at)}</span>`
}

function exceptions({
  history: {
    exceptions: all,
    reviews: { approvals },
  },
  period,
}: Evidence): Html {
  if (all.length === 0) return html`<p>There are none.</p>`
  const rows = all.map((each) => {
    const { id, title, rule, reason, owner, ticket, until } = each.exception
    const signed = approvalOf(each, approvals)
    return html`<tr>
      <td><code>${id}</code> ${title}<br /><span class="soft">${ticket}</span></td>
      <td>${rule.text}</td>
      <td>${reason.trim()}</td>
      <td>${owner}</td>
      <td>${signed === undefined ? html`<span class="state bad">nobody</span>` : signed.approved.by}</td>
      <td>${formatDay(until)}${until < period.to - 1 ? html`<br /><span class="state open">ended</span>` : null}</td>
    </tr> `
  })
  return register(['exception', 'rule', 'reason', 'owner', 'approved by', 'until'], rows, 'exceptions.csv')
}

function minute(time: Time): string {
  return formatTime(time).slice(0, 16).replace('T', ' ')
}

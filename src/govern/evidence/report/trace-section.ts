import type { RuleRecord } from '../../history.ts'
import type { Allowed } from '../../risk/allowed.ts'
import type { Risk } from '../../risk/risk.ts'
import { formatDay } from '../../day.ts'
import type { Evidence } from '../model.ts'
import { shareBar } from './chart.ts'
import { html, type Html } from './html.ts'
import { counted, number } from './words.ts'

/** Risk by risk: what is allowed for it, the rules that watch, their tests, where they run, and what came of it. */
export function traceSection(evidence: Evidence): Html {
  const { history, links } = evidence
  return html`<h2 id="trace">From risk to verdict</h2>
    <p class="soft">
      Each risk with what is allowed although it may bring it about, and the rules that answer it. All lines:
      <code>trace.csv</code>.
    </p>
    ${history.risks.map((risk) => riskBlock(risk, links.allowedOfRisk(risk.id), links.rulesOfRisk(risk.id), evidence))}`
}

function riskBlock(
  { id, title, owner, acceptance }: Risk,
  allowed: readonly Allowed[],
  rules: readonly RuleRecord[],
  evidence: Evidence,
): Html {
  const accepted =
    acceptance === null
      ? html`<span class="state open">not accepted</span>`
      : html`accepted until ${formatDay(acceptance.until)}: ${acceptance.reason}`
  return html`<section>
    <h3 id="risk-${id}"><code>${id}</code> ${title}</h3>
    <dl>
      <dt>owner</dt>
      <dd>${owner}</dd>
      <dt>allowed for it</dt>
      <dd>
        ${allowed.length === 0 ? 'nothing' : allowed.map((each, i) => html`${i === 0 ? null : ', '}<code>${each.id}</code> (${each.capabilities.join(', ')})`)}
      </dd>
      ${
        allowed.length === 0
          ? null
          : html`<dt>acceptance</dt>
              <dd>${accepted}</dd>`
      }
    </dl>
    ${
      rules.length === 0
        ? html`<p><span class="state bad">no rule answers it</span></p>`
        : html`<table>
            <thead>
              <tr>
                <th>rule</th>
                <th>tests: fire + silent</th>
                <th>deployed</th>
                <th class="n">alerts</th>
                <th>verdicts</th>
              </tr>
            </thead>
            <tbody>
              ${rules.map((rule) => ruleRow(rule, evidence))}
            </tbody>
          </table>`
    }
  </section>`
}

function ruleRow({ id, title, version }: RuleRecord, { links, deployed, metrics }: Evidence): Html {
  const tests = links.testsOfRule(id)
  const failed = tests.filter(({ passed }) => passed === false).length
  const firing = tests.filter(({ expected }) => expected > 0).length
  const there = deployed.get(id) ?? []
  const own = metrics.rules.find(({ rule }) => rule === id)
  const places = there.map(({ target, version: held, since }, i) => {
    const older = held !== version ? html` <span class="state open">v${held ?? '?'}</span>` : null
    return html`${i === 0 ? null : html`<br />`}${target} since ${formatDay(since)}${older}`
  })
  return html`<tr>
    <td>${title}${version === null ? null : html` <span class="soft">v${version}</span>`}</td>
    <td>
      ${firing} + ${tests.length - firing}${failed > 0 ? html` <span class="state bad">${failed} failed</span>` : null}
    </td>
    <td>${there.length === 0 ? html`<span class="state open">nowhere</span>` : places}</td>
    <td class="n">${number(own?.alerts ?? 0)}</td>
    <td>${own === undefined ? null : shareBar(own.verdicts, own.alerts)}</td>
  </tr> `
}

/** Reviews, exceptions and baselines of the period. */
export function registerSection({ reviews, history, period }: Evidence): Html {
  return html`<h2 id="reviews">Reviews</h2>
    ${
      reviews.length === 0
        ? html`<p>No review of ${period.name} was started.</p>`
        : html`<table>
            <thead>
              <tr>
                <th>period</th>
                <th>population</th>
                <th class="n">sample</th>
                <th>outcomes</th>
                <th>by</th>
                <th>state</th>
              </tr>
            </thead>
            <tbody>
              ${reviews.map(reviewRow)}
            </tbody>
          </table>`
    }
    <h2 id="exceptions" class="here">Exceptions</h2>
    ${
      history.exceptions.length === 0
        ? html`<p>There are none.</p>`
        : html`<table>
            <thead>
              <tr>
                <th>exception</th>
                <th>rule</th>
                <th>reason</th>
                <th>owner, approver</th>
                <th>until</th>
              </tr>
            </thead>
            <tbody>
              ${history.exceptions.map(
                ({ exception: { id, title, rule, reason, owner, approver, ticket, until } }) =>
                  html`<tr>
                    <td><code>${id}</code> ${title}<br /><span class="soft">${ticket}</span></td>
                    <td>${rule.text}</td>
                    <td>${reason.trim()}</td>
                    <td>${owner}<br />${approver}</td>
                    <td>${formatDay(until)}</td>
                  </tr> `,
              )}
            </tbody>
          </table>`
    }`
}

function reviewRow({ period, start, outcomes, closed, late, startedBy }: Evidence['reviews'][number]): Html {
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
    <td>${period}</td>
    <td>${population.join(', ')}</td>
    <td class="n">${start.sample.length}</td>
    <td>${of('in-order')} in order, ${counted(of('finding'), 'finding')}, ${of('unclear')} unclear</td>
    <td>${people.join(', ')}</td>
    <td>${state}</td>
  </tr> `
}

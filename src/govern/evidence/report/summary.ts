import { silencesOf } from '../../coverage.ts'
import type { Spread } from '../../triage/metrics.ts'
import type { Evidence } from '../model.ts'
import { alertChart, coverageChart, legend, shareBar } from './chart.ts'
import { html, type Html } from './html.ts'
import { counted, number, percent, time } from './words.ts'

/** The figures that a reader wants first. */
export function tiles(evidence: Evidence): Html {
  const { gaps, metrics, reviews, controls, silences, history, period } = evidence
  const { true_positive, false_positive_logic, false_positive_data } = metrics.verdicts
  const judged = true_positive + false_positive_logic + false_positive_data
  const finished = reviews.filter(({ closed, late }) => closed !== null && late === 0).length
  const satisfied = controls.filter((each) => each.satisfied).length
  const lost = silences.reduce((sum, { from, to }) => sum + to - from, 0)
  const hosts = new Set(history.stretches.map(({ host }) => host)).size
  const watched = hosts === 0 ? null : 1 - lost / (hosts * (period.to - period.from))
  const tile = (value: string, text: string, state: 'good' | 'bad' | '' = ''): Html =>
    html`<div class="tile ${state}"><b>${value}</b><span>${text}</span></div>`
  return html`<div class="tiles">
    ${tile(number(gaps.length), 'gaps', gaps.length > 0 ? 'bad' : 'good')}
    ${tile(`${satisfied} of ${controls.length}`, 'controls without a gap in their evidence', satisfied === controls.length ? 'good' : '')}
    ${tile(number(metrics.alerts), `alerts of ${counted(metrics.rules.length, 'rule')}`)}
    ${tile(judged === 0 ? '–' : percent(true_positive / judged), 'precision: true among true and false')}
    ${tile(`${finished} of ${reviews.length}`, 'reviews finished in time', reviews.length > 0 && finished === reviews.length ? 'good' : 'bad')}
    ${tile(watched === null ? '–' : `${Math.floor(watched * 1000) / 10} %`, `of the time ${counted(hosts, 'host')} watched`)}
    ${tile(time(metrics.acknowledge.median), 'median time until somebody looked')}
    ${tile(time(metrics.resolve.median), 'median time until it was closed')}
  </div>`
}

/** Alerts, times and coverage. */
export function figures(evidence: Evidence): Html {
  const { metrics, history, period, silences } = evidence
  return html`<h2 id="figures">Alerts and verdicts</h2>
    ${alertChart(history.alerts, period)}
    <h3>By rule</h3>
    ${legend()}
    <table>
      <thead>
        <tr>
          <th>rule</th>
          <th>verdicts</th>
          <th class="n">alerts</th>
          <th class="n">precision</th>
          <th class="n">hosts</th>
          <th class="n">days</th>
        </tr>
      </thead>
      <tbody>
        ${metrics.rules.map(
          ({ title, alerts, verdicts, precision, hosts, days }) =>
            html`<tr>
              <td>${title}</td>
              <td>${shareBar(verdicts, alerts)}</td>
              <td class="n">${number(alerts)}</td>
              <td class="n">${percent(precision)}</td>
              <td class="n">${number(hosts)}</td>
              <td class="n">${number(days)}</td>
            </tr> `,
        )}
      </tbody>
    </table>
    <p class="soft">
      Benign true alerts, duplicates and those without a verdict count neither as true nor as false.
      ${silenceOf(evidence)}
    </p>
    <h3>How long it took</h3>
    <table>
      <thead>
        <tr>
          <th></th>
          <th class="n">alerts</th>
          <th class="n">median</th>
          <th class="n">90 % within</th>
          <th class="n">at most</th>
        </tr>
      </thead>
      <tbody>
        ${spreadRow('from the event to the alert', metrics.detect)}
        ${spreadRow('from the alert until somebody looked', metrics.acknowledge)}
        ${spreadRow('from the alert until it was closed', metrics.resolve)}
        ${spreadRow('open at the end of the period: their age', metrics.open)}
      </tbody>
    </table>
    <h2 id="coverage" class="here">Coverage</h2>
    ${coverage(evidence)}
    <p>
      ${silences.length === 0 ? 'No host was silent.' : html`${counted(silences.length, 'time')} a host was silent, ${time(silences.reduce((sum, { from, to }) => sum + to - from, 0))} in all. Single ones: <code>coverage.csv</code>.`}
    </p>`
}

/** Which rules were silent: they may be well, or blind. */
function silenceOf({ silent, links }: Evidence): Html {
  if (silent.length === 0) return html`Every rule of the pack fired.`
  const names = silent.slice(0, NAMED).map((id) => links.rule(id)?.title ?? id)
  const rest = silent.length - names.length
  const more = rest > 0 ? ` and ${number(rest)} more` : ''
  return html`${counted(silent.length, 'rule')} of the pack did not fire: ${names.join('; ')}${more}. When each fired
    last: <code>rules.csv</code>.`
}

/** So many silent rules are named. */
const NAMED = 12

function spreadRow(title: string, { count, median, p90, most }: Spread): Html {
  return html`<tr>
    <td>${title}</td>
    <td class="n">${number(count)}</td>
    <td class="n">${time(median)}</td>
    <td class="n">${time(p90)}</td>
    <td class="n">${time(most)}</td>
  </tr> `
}

/** A fleet does not fit on a page. */
const SHOWN = 30

function coverage({ history: { stretches }, period }: Evidence): Html {
  const silent = new Map<string, number>()
  for (const { host } of stretches) silent.set(host, 0)
  for (const { host, from, to } of silencesOf(stretches, period)) silent.set(host, (silent.get(host) ?? 0) + to - from)
  const hosts = [...silent].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).map(([host]) => host)
  if (hosts.length === 0) return html`<p>Nothing is known of any sensor.</p>`
  const rest = hosts.length - SHOWN
  return html`${coverageChart(stretches, hosts.slice(0, SHOWN), period)}${rest > 0 ? html`<p class="soft">and ${counted(rest, 'host')} more, silent for less.</p>` : null}`
}

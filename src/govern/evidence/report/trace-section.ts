import type { RuleRecord } from '../../history.ts'
import type { Allowed } from '../../risk/allowed.ts'
import type { Risk } from '../../risk/risk.ts'
import { formatDay } from '../../day.ts'
import type { Evidence } from '../model.ts'
import { shareBar } from './chart.ts'
import { html, type Html } from './html.ts'
import { number } from './words.ts'

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

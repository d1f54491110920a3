import { FRAMEWORKS, type EvidenceKind, type Framework, type FrameworkControl } from '../../control/framework.ts'
import type { ControlResult, Evidence, Part } from '../model.ts'
import { gapList } from './gap-section.ts'
import { html, type Html } from './html.ts'
import { counted, number } from './words.ts'

const STRENGTHS: Readonly<Record<FrameworkControl['strength'], string>> = {
  direct: 'direct',
  supports: 'supporting',
  partial: 'partial',
}

/** The controls of all frameworks at a glance. */
export function controlOverview({ controls }: Evidence): Html {
  return html`<h2 id="controls">Controls</h2>
    <p class="soft">
      Which control the evidence serves is a judgement that you check with your auditor. “Direct” evidence is about the
      control itself, other evidence stands beside what you have elsewhere. A control is without a gap when there is
      something to look at in its evidence and nothing is missing there; that it is met is for the auditor to say.
    </p>
    ${FRAMEWORKS.map((framework) => {
      const own = controls.filter((each) => each.framework === framework)
      const whole = own.filter(({ satisfied }) => satisfied).length
      return html`<h3>${framework.title} <span class="soft">${whole} of ${own.length}</span></h3>
        <table>
          <tbody>
            ${own.map(
              (each) =>
                html`<tr>
                  <td style="width:7rem">
                    <a href="#${anchor(framework, each)}"><code>${each.control.id}</code></a>
                  </td>
                  <td>${each.control.title}</td>
                  <td style="width:6rem">${STRENGTHS[each.control.strength]}</td>
                  <td style="width:9rem">${stateOf(each)}</td>
                </tr> `,
            )}
          </tbody>
        </table>`
    })}`
}

/** A page for each control. */
export function controlPages(evidence: Evidence): Html {
  return html`<h2 id="pages">Control by control</h2>
    ${evidence.controls.map((each, i) => page(each, evidence, i === 0))}`
}

function page(result: ControlResult, { parts }: Evidence, first: boolean): Html {
  const { framework, control, gaps } = result
  return html`<section class="control ${first ? 'first' : ''}" id="${anchor(framework, result)}">
    <h3><code>${control.id}</code><span>${control.title}</span>${stateOf(result)}</h3>
    <p class="soft">${framework.title} · ${STRENGTHS[control.strength]} evidence</p>
    <table>
      <thead>
        <tr>
          <th>evidence</th>
          <th class="n">population</th>
          <th class="n">reviewed</th>
          <th class="n">gaps</th>
          <th>file</th>
        </tr>
      </thead>
      <tbody>
        ${control.evidence.map((kind) => partRow(kind, parts[kind]))}
      </tbody>
    </table>
    ${gaps.length === 0 ? null : gapList(gaps.slice(0, 10), true)}${gaps.length > 10 ? html`<p class="soft">${number(gaps.length - 10)} more under <a href="#gaps">Gaps</a>.</p>` : null}
  </section>`
}

function partRow(kind: EvidenceKind, { population, of, reviewed, gaps, file }: Part): Html {
  return html`<tr>
    <td>${kind}</td>
    <td class="n">${number(population)} <span class="soft">${of}</span></td>
    <td class="n">${reviewed === null ? '–' : number(reviewed)}</td>
    <td class="n">${number(gaps.length)}</td>
    <td><code>${file}</code></td>
  </tr> `
}

function stateOf({ satisfied, gaps }: ControlResult): Html {
  if (satisfied) return html`<span class="state good">no gap</span>`
  if (gaps.length === 0) return html`<span class="state open">nothing to look at</span>`
  return html`<span class="state bad">${counted(gaps.length, 'gap')}</span>`
}

function anchor({ id }: Framework, { control }: ControlResult): string {
  return `${id}-${control.id.replace(/[^\w.-]/g, '_')}`
}

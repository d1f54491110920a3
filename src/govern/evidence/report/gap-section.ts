import { GAPS, GAP_KINDS, type Gap, type GapKind } from '../../trace/gap.ts'
import type { Evidence } from '../model.ts'
import { html, type Html } from './html.ts'
import { counted, number, withoutSeconds } from './words.ts'

/** So many of a kind are shown; the table beside the report has all. */
const SHOWN = 25

/** What is missing, before all that is there. */
export function gapSection(evidence: Evidence): Html {
  const { gaps } = evidence
  if (gaps.length === 0)
    return html`<h2 id="gaps" class="here">Gaps</h2>
      <p><span class="state good">none</span> Nothing that was looked for is missing.</p>`
  return html`<section class="gaps">
    <h2 id="gaps" class="here">Gaps</h2>
    <p class="soft">
      What cuts the line from risk to decision, or was due and is not there. All of them: <code>gaps.csv</code>.
    </p>
    ${GAP_KINDS.map((kind) => {
      const own = gaps.filter((gap) => gap.kind === kind)
      return own.length === 0
        ? null
        : html`<h3>
              ${capitalized(GAPS[kind].title)}<b>${number(own.length)}</b
              ><span class="soft">bears on ${counted(bearsOn(kind, evidence), 'control')}</span>
            </h3>
            ${gapList(own)}`
    })}
  </section>`
}

/** How many controls are served by the evidence that a gap weakens. */
function bearsOn(kind: GapKind, { controls }: Evidence): number {
  return controls.filter(({ control }) => control.evidence.includes(GAPS[kind].evidence)).length
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** @param named with what kind of gap each is, where they are of several */
export function gapList(gaps: readonly Gap[], named = false): Html {
  const rest = gaps.length - SHOWN
  return html`<ul class="list">
    ${gaps
      .slice(0, SHOWN)
      .map(
        ({ kind, subject, detail }) =>
          html`<li>
            ${named ? html`<span class="soft">${GAPS[kind].title}:</span> ` : null}<code>${subject}</code>${detail === '' ? null : html` – ${withoutSeconds(detail)}`}
          </li>`,
      )}
    ${rest > 0 ? html`<li class="soft">and ${number(rest)} more</li>` : null}
  </ul>`
}

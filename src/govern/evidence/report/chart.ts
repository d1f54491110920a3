import { formatTime, type Time } from '../../../event/record.ts'
import { formatDay } from '../../day.ts'
import { daysOf, isWithin, type Period } from '../../period.ts'
import { stateAt, type RegisteredAlert } from '../../triage/register.ts'
import type { Verdict } from '../../triage/verdict.ts'
import type { Stretch } from '../../coverage.ts'
import { html, type Html } from './html.ts'

/** Verdicts as a reader takes them in at a glance; the order is that of the bars, from the ground up. */
export const TONES = [
  { tone: 'true', title: 'true', verdicts: ['true_positive'] },
  { tone: 'benign', title: 'benign true', verdicts: ['benign_true_positive'] },
  { tone: 'false', title: 'false', verdicts: ['false_positive_logic', 'false_positive_data'] },
  { tone: 'rest', title: 'duplicate, undetermined, other', verdicts: ['duplicate', 'undetermined', 'other'] },
  { tone: 'none', title: 'no verdict', verdicts: ['none'] },
] as const satisfies readonly {
  readonly tone: string
  readonly title: string
  readonly verdicts: readonly (Verdict | 'none')[]
}[]

export function toneOf(verdict: Verdict | null): (typeof TONES)[number]['tone'] {
  const found = TONES.find(({ verdicts }) => (verdicts as readonly string[]).includes(verdict ?? 'none'))
  return found?.tone ?? 'rest'
}

export function legend(): Html {
  return html`<p class="legend">
    ${TONES.map(({ tone, title }) => html`<span><i class="${tone}"></i>${title}</span>`)}
  </p>`
}

const WIDTH = 720
const LEFT = 44

/** Alerts by day, or by week where the period is long, stacked by verdict. */
export function alertChart(alerts: readonly RegisteredAlert[], period: Period): Html {
  const days = daysOf(period)
  const step = days.length > 120 ? 7 : 1
  const columns = Array.from({ length: Math.ceil(days.length / step) }, () => new Map<string, number>())
  const first = Math.floor(period.from / 86_400_000)
  for (const alert of alerts) {
    if (!isWithin(alert.raised, period)) continue
    const column = columns[Math.floor((Math.floor(alert.raised / 86_400_000) - first) / step)]
    const tone = toneOf(stateAt(alert, period.to).verdict)
    column?.set(tone, (column.get(tone) ?? 0) + 1)
  }
  const most = niceTop(Math.max(1, ...columns.map((column) => [...column.values()].reduce((a, b) => a + b, 0))))
  const [height, bottom] = [150, 170]
  const width = (WIDTH - LEFT) / columns.length
  const bars = columns.map((column, i) => {
    let y = bottom
    return TONES.map(({ tone, title }) => {
      const count = column.get(tone) ?? 0
      if (count === 0) return null
      const tall = (count / most) * height
      y -= tall
      const label = `${days[i * step] ?? ''}: ${count} ${title}`
      return bar(tone, { x: LEFT + i * width, y, width: Math.max(width - 1, 0.5), height: tall }, label)
    })
  })
  const lines = [0, 0.5, 1].map((share) => {
    const y = round(bottom - share * height)
    return html`<line x1="${LEFT}" x2="${WIDTH}" y1="${y}" y2="${y}" /><text
        x="${LEFT - 6}"
        y="${y + 4}"
        text-anchor="end"
        >${share * most}</text
      >`
  })
  const marks = days.flatMap((day, i) =>
    i === 0 || day.endsWith('-01') || (days.length <= 35 && i % 7 === 0)
      ? [html`<text x="${round(LEFT + (i / step) * width)}" y="${bottom + 16}">${day.slice(5)}</text>`]
      : [],
  )
  const what = `Alerts by ${step === 1 ? 'day' : 'week'} and verdict`
  return html`<figure>
    <figcaption>${what}</figcaption>
    ${legend()}<svg viewBox="0 0 ${WIDTH} 192" role="img" aria-label="${what}">
      <g class="grid">${lines}${marks}</g>
      ${bars}
    </svg>
  </figure>`
}

/** The next round number of which the half is whole. */
function niceTop(most: number): number {
  const steps = [1.2, 1.6, 2, 3, 4, 6, 8, 10]
  for (let power = 1; ; power *= 10) {
    const top = steps.map((step) => Math.round(step * power)).find((each) => each >= most && each % 2 === 0)
    if (top !== undefined) return top
  }
}

/** Shares as one bar. */
export function shareBar(counts: Readonly<Record<Verdict | 'none', number>>, total: number): Html {
  let x = 0
  const parts = TONES.map(({ tone, title, verdicts }) => {
    const count = verdicts.reduce((sum, verdict) => sum + counts[verdict], 0)
    if (count === 0) return null
    const width = (count / total) * 100
    const part = bar(tone, { x, y: 0, width, height: 10 }, `${count} ${title}`)
    x += width
    return part
  })
  return html`<svg class="share" viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label="verdicts">
    ${parts}
  </svg>`
}

/** When each host was watched. Of very many hosts, those that were silent longest. */
export function coverageChart(stretches: readonly Stretch[], hosts: readonly string[], period: Period): Html {
  const left = 150
  const length = period.to - period.from
  const place = (time: number): number => left + ((time - period.from) / length) * (WIDTH - left)
  const rows = hosts.map((host, row) => {
    const y = row * 16
    const seen = stretches
      .filter((each) => each.host === host && each.from < period.to && each.to >= period.from)
      .map(({ from, to }) => {
        const [start, end] = [place(Math.max(from, period.from)), place(Math.min(to, period.to))]
        const label = `${host}: watched ${formatTime(from)} to ${formatTime(to)}`
        return bar('watched', { x: start, y, width: Math.max(end - start, 0.3), height: 12 }, label)
      })
    return html`<text x="${left - 8}" y="${y + 10}" text-anchor="end">${host.slice(0, 22)}</text
      ><rect class="unwatched" x="${left}" y="${y}" width="${WIDTH - left}" height="12" />${seen}`
  })
  const foot = hosts.length * 16
  const marks = [period.from, (period.from + length / 2) as Time, (period.to - 1) as Time].map((time, i) => {
    const anchor = i === 0 ? 'start' : i === 1 ? 'middle' : 'end'
    return html`<text x="${round(place(time))}" y="${foot + 12}" text-anchor="${anchor}">${formatDay(time)}</text>`
  })
  return html`<figure>
    <figcaption>When hosts were watched</figcaption>
    <p class="legend">
      <span><i class="watched"></i>watched</span><span><i class="unwatched"></i>nothing was heard of the sensor</span>
    </p>
    <svg viewBox="0 0 ${WIDTH} ${foot + 16}" role="img" aria-label="When hosts were watched">
      <g class="grid">${rows}${marks}</g>
    </svg>
  </figure>`
}

interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** A bar that says what it stands for where a pointer rests on it. */
function bar(tone: string, { x, y, width, height }: Box, label: string): Html {
  return html`<rect class="${tone}" x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}"
    ><title>${label}</title></rect
  >`
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}

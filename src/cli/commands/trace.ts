import { error } from '../../diagnostic/diagnostic.ts'
import { didYouMean } from '../../diagnostic/suggest.ts'
import { traceOf, type Trace, type TraceNode } from '../../govern/trace/walk.ts'
import { printable } from '../../diagnostic/frame.ts'
import { ExitCode } from '../exit-code.ts'
import { loadHistory } from '../history.ts'
import { report } from '../report.ts'
import type { Shared } from '../shared.ts'
import { paintFor, produce, type Paint, type Tone } from '../terminal.ts'

export interface TraceOptions {
  readonly format: 'text' | 'json'
}

/** Walks from one place to the risk and to the decision. 1 when there is none of that name, or the line is cut. */
export async function trace(shared: Shared, wanted: string, { format }: TraceOptions): Promise<ExitCode> {
  const { history } = await loadHistory()
  const found = traceOf(wanted, history)
  if (found === undefined) {
    const names = [...history.risks, ...history.allowed].map(({ id }) => id)
    const rules = history.rules.map(({ name, title }) => name ?? title)
    const hint = didYouMean(wanted, [...names, ...rules]) ?? 'a risk, task/grant, a rule, or the id of an alert'
    report([error('govern/unknown-place', `nothing here is called "${wanted}"`, undefined, { hint })], shared.color)
    return ExitCode.no
  }
  const text =
    format === 'json' ? `${JSON.stringify(found, null, 2)}\n` : render(found, paintFor(process.stdout, shared.color))
  await produce(text)
  return [...found.back, ...found.onward].some(isCut) ? ExitCode.no : ExitCode.ok
}

const TONES: Readonly<Record<TraceNode['kind'], Tone>> = {
  risk: 'warn',
  allowed: 'place',
  rule: 'heading',
  test: 'quiet',
  deployed: 'good',
  alert: 'warn',
  verdict: 'place',
  decision: 'good',
  gap: 'bad',
}

function render({ at, back, onward }: Trace, paint: Paint): string {
  const lines = [`${paint(TONES[at.kind], at.kind)} ${printable(at.text)}`]
  const add = (nodes: readonly TraceNode[], arrow: string, depth: number): void => {
    for (const { kind, text, next } of nodes) {
      lines.push(`${'   '.repeat(depth)}${arrow} ${paint(TONES[kind], kind)} ${printable(text)}`)
      add(next, arrow, depth + 1)
    }
  }
  add(back, '<-', 1)
  add(onward, '->', 1)
  return `${lines.join('\n')}\n`
}

function isCut({ kind, next }: TraceNode): boolean {
  return kind === 'gap' || next.some(isCut)
}

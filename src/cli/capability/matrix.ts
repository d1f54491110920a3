import type { Language } from '../../backend/backend.ts'
import type { Diagnostic } from '../../diagnostic/diagnostic.ts'
import { Source } from '../../diagnostic/source.ts'
import { ecs } from '../../mapping/ecs.ts'
import { readSigma } from '../../sigma/index.ts'
import { backends } from '../backends.ts'
import { samples, type Sample } from './samples.ts'

/** What a language makes of a node: said exactly, only approximately, or refused; with the words of the backend. */
export type Capability =
  | { readonly is: 'exact' }
  | { readonly is: 'approximate' | 'refused'; readonly why: string; readonly instead: string | undefined }

export interface CapabilityRow {
  readonly node: string
  readonly of: Sample['of']
  readonly languages: Readonly<Record<Language, Capability>>
}

/** The matrix, found by compiling a small rule for each node: what is told is what the backends do. */
export function capabilities(): readonly CapabilityRow[] {
  return samples.map((sample) => {
    const { program } = ecs.mapProgram(readSample(sample))
    const rule = [...program.rules.values()].find(({ name }) => name === SAMPLE)
    if (!rule) throw new Error(`the sample "${sample.node}" is no rule`)
    const store = { elasticIndex: 'logs-*', splunkBase: 'index=main' }
    const entries = backends.map((backend) => {
      const compiled = backend.compile(program, rule.id, { mapping: ecs, store, today: '2000-01-01' })
      const errors = compiled.diagnostics.filter(({ severity }) => severity === 'error')
      return [backend.language, compiled.kind === 'query' ? ({ is: 'exact' } as const) : capabilityOf(errors)] as const
    })
    return { node: sample.node, of: sample.of, languages: Object.fromEntries(entries) as CapabilityRow['languages'] }
  })
}

/** Approximate only when nothing is refused beside it. */
function capabilityOf(errors: readonly Diagnostic[]): Capability {
  const refusal = errors.find(({ code }) => code !== 'backend/approximate')
  const told = refusal ?? errors[0]
  return {
    is: refusal ? 'refused' : 'approximate',
    why: told?.message.replace(/^\S+ (cannot say|says ".*" only approximately:) /, '') ?? '',
    instead: told?.hint,
  }
}

const SAMPLE = 'sample'
const SOURCE = 'logsource: {product: linux, service: detpack}'
const BURST = 'type: event_count, rules: [read], timespan: 10s, condition: {gte: 3}, group-by: [host.id]'
const BASE = [...['read', 'pass', 'send', 'stop'].map(actionRule), correlationOf('burst', BURST, undefined)]

function actionRule(action: string): string {
  return `title: ${action}\nname: ${action}\n${SOURCE}\ndetection: {selection: {event.action: ${action}}, condition: selection}\n`
}

function correlationOf(name: string, correlation: string, attribute: string | undefined): string {
  const more = attribute === undefined ? '' : `detpack: {${attribute}}\n`
  return `title: ${name}\nname: ${name}\ncorrelation: {${correlation}}\n${more}`
}

function readSample({ node, detection, correlation, attribute }: Sample): ReturnType<typeof readSigma>['program'] {
  const rule =
    correlation === undefined
      ? `title: ${SAMPLE}\nname: ${SAMPLE}\n${SOURCE}\ndetection:\n  ${itemOf(detection ?? '')}\n  condition: item\n`
      : correlationOf(SAMPLE, correlation, attribute)
  const read = readSigma([new Source(`${node}.yml`, [...BASE, rule].join('---\n'))])
  const wrong = read.diagnostics.find(({ severity }) => severity === 'error')
  if (wrong) throw new Error(`the sample "${node}" has a mistake: ${wrong.message}`)
  return read.program
}

/** A keyword item is a list, all others are maps. */
function itemOf(detection: string): string {
  return detection.startsWith('keywords: ') ? `item: ${detection.slice('keywords: '.length)}` : `item: {${detection}}`
}

import type { Diagnostic } from '../../../src/diagnostic/diagnostic.ts'
import { printRule } from '../../../src/ir/print.ts'
import { applyPipelines } from '../../../src/mapping/pipeline/apply.ts'
import { decodePipeline } from '../../../src/mapping/pipeline/decode.ts'
import { placeholdersOf } from '../../../src/mapping/pipeline/placeholders.ts'
import { readSigma, Source } from '../../../src/sigma/index.ts'

export interface Piped {
  /** Each rule that is left, as it is printed, without its heading. */
  readonly rules: readonly string[]
  readonly fields: readonly string[]
  /** `code: message` */
  readonly said: readonly string[]
}

/** Sends rules through pipelines, each given as YAML. */
export function pipe(rules: string, ...pipelines: readonly string[]): Piped {
  const decoded = pipelines.map((text, place) => decodePipeline(new Source(`${place}.yml`, text)))
  const read = decoded.flatMap(({ pipeline }) => (pipeline === undefined ? [] : [pipeline]))
  const sigma = readSigma([new Source('rule.yml', rules)], { placeholders: placeholdersOf(read) })
  const { program, diagnostics } = applyPipelines(sigma.program, read)
  const left = [...program.rules.values()]
  const all = [...decoded.flatMap((one) => one.diagnostics), ...sigma.diagnostics, ...diagnostics]
  return {
    rules: left.map((rule) => printRule(rule).split('\n').slice(1).join('\n').trim()),
    fields: left.flatMap((rule) => rule.fields),
    said: all.filter((one) => one.severity !== 'info').map(saying),
  }
}

export function saying({ code, message }: Diagnostic): string {
  return `${code}: ${message}`
}

/** A rule of one selection. */
export function rule(selection: string, more = '', condition = 'selection'): string {
  return `title: T
logsource: {product: windows, category: process_creation}
level: high
tags: [attack.t1059]
fields: [Image, User]
detection:
  selection: ${selection}
  condition: ${condition}
${more}`
}

/** What is left of the condition of that rule. */
export function where(selection: string, ...transformations: readonly string[]): string {
  const { rules, said } = pipe(rule(selection), pipelineOf(...transformations))
  if (said.length > 0) return said.join('\n')
  return /where (.*)$/.exec(rules[0] ?? '')?.[1] ?? ''
}

export function pipelineOf(...transformations: readonly string[]): string {
  return `transformations:\n${transformations.map((each) => `  - ${each}\n`).join('')}`
}

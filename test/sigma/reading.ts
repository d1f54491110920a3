import { readSigma, Source, type Diagnostic } from '../../src/sigma/index.ts'
import type { SigmaOptions } from '../../src/sigma/index.ts'
import { printPredicate } from '../../src/ir/print.ts'
import type { Rule } from '../../src/ir/rule.ts'

/** Reads one text as a file called rule.yml. */
export function read(text: string, options?: SigmaOptions): { rules: Rule[]; diagnostics: Diagnostic[] } {
  const { program, diagnostics } = readSigma([new Source('rule.yml', text)], options)
  return { rules: [...program.rules.values()], diagnostics }
}

export const HEAD = 'title: t\nlogsource: {product: linux}\n'

/** What a selection means, in print. */
export function meaning(selection: string, options?: SigmaOptions): string {
  const { rules, diagnostics } = read(
    `${HEAD}detection:\n  selection:\n${indent(selection)}\n  condition: selection`,
    options,
  )
  const [rule] = rules
  return rule?.kind === 'event' ? printPredicate(rule.where) : codes(diagnostics).join(' ')
}

export function codes(diagnostics: readonly Diagnostic[]): string[] {
  return diagnostics.map((one) => one.code)
}

/** The text a diagnostic points at. */
export function pointed(one: Diagnostic | undefined): string | undefined {
  return one?.span?.source.text.slice(one.span.start, one.span.end)
}

function indent(text: string): string {
  return text
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n')
}

/** A rule that is true of `event.action: <name>`. */
export function rule(name: string): string {
  return `title: ${name}\nname: ${name}\nlogsource: {product: linux}\ndetection:\n  s: {event.action: ${name}}\n  condition: s\n`
}

/** A correlation over rules a, b and c, which stand before it. */
export function correlation(body: string, attribute = ''): string {
  return `${['a', 'b', 'c', 'd'].map(rule).join('---\n')}---\ntitle: chain\nname: chain\ncorrelation:\n${indentTwo(body)}\n${attribute}`
}

function indentTwo(text: string): string {
  return text
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n')
}

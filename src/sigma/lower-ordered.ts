import { error, type Diagnostic } from '../diagnostic/diagnostic.ts'
import { didYouMean } from '../diagnostic/suggest.ts'
import type { Absence, Join, Ordered, RuleId, RuleUse, Step, StepField } from '../ir/rule.ts'
import type { Condition } from './condition.ts'
import type { AttributeAbsence, AttributeJoin, SigmaCorrelation, Word } from './document.ts'
import { isWithin } from './lower-presence.ts'
import type { Registered } from './registry.ts'

/** `temporal_ordered` with what the `detpack:` attribute says of its steps. Undefined when a diagnostic was given. */
export function lowerOrdered(
  of: SigmaCorrelation,
  resolve: (reference: Word) => Registered,
  diagnostics: Diagnostic[],
): Ordered | undefined {
  const found = diagnostics.length
  checkCondition(of, resolve, diagnostics)
  const steps = lowerSteps(of, resolve, diagnostics)
  if (diagnostics.length > found) return undefined
  const { attribute } = of
  const joins = (attribute?.join ?? []).map((join) => lowerJoin(join, steps, diagnostics))
  const unless = (attribute?.unless ?? []).map((one) => lowerAbsence(one, steps, resolve, diagnostics))
  if (diagnostics.length > found) return undefined
  return {
    type: 'ordered',
    steps,
    joins: joins.filter((join) => join !== undefined),
    unless: unless.filter((one) => one !== undefined),
    until: attribute?.until ? useOf(attribute.until, resolve) : null,
  }
}

/** A condition may say again that every rule is needed; anything else has no meaning for steps in order. */
function checkCondition(
  { condition, rules }: SigmaCorrelation,
  resolve: (reference: Word) => Registered,
  diagnostics: Diagnostic[],
): void {
  if (condition === null) return
  if (condition.kind === 'bounds') {
    const count = new Set(rules.map((rule) => resolve(rule).identity)).size
    const accepted = Array.from({ length: count + 1 }, (_, n) => n).filter((n) => isWithin(n, condition.bounds))
    if (accepted.length === 1 && accepted[0] === count) return
    const hint = `leave the condition out, or write {gte: ${count}}; for fewer rules use temporal`
    const message = 'an order needs all of its rules'
    diagnostics.push(error('sigma/ordered-condition', message, condition.span, { hint }))
    return
  }
  const names = inOrder(condition.condition)
  if (names?.length === rules.length && names.every((name, i) => name === rules[i]?.text)) return
  const hint = 'leave it out; say what must be absent under detpack: unless'
  const message = 'an order may only be given as its rules joined by "and", in order'
  diagnostics.push(error('sigma/ordered-condition', message, condition.span, { hint }))
}

function inOrder(condition: Condition): readonly string[] | undefined {
  if (condition.op === 'name') return [condition.name]
  if (condition.op !== 'and') return undefined
  const parts = condition.of.map(inOrder)
  return parts.every((part) => part !== undefined) ? parts.flat() : undefined
}

function lowerSteps(
  { rules, attribute }: SigmaCorrelation,
  resolve: (reference: Word) => Registered,
  diagnostics: Diagnostic[],
): Step[] {
  const written = attribute?.steps
  if (!written) return namedByRule(rules, resolve)
  if (
    written.length !== rules.length ||
    written.some((step, i) => resolve(step.rule) !== resolve(rules[i] ?? step.rule))
  ) {
    const at =
      written.find((step, i) => rules[i] === undefined || resolve(step.rule) !== resolve(rules[i])) ?? attribute
    const hint = `write steps for ${rules.map((rule) => rule.text).join(', ')}`
    const message = 'steps must be the rules of the correlation, in the same order'
    diagnostics.push(error('sigma/steps', message, at.span, { hint }))
    return []
  }
  const seen = new Map<string, Word>()
  return written.map((step) => {
    const { identity, name } = resolve(step.rule)
    const as = step.as ?? { text: name ?? identity, span: step.rule.span }
    const first = seen.get(as.text)
    if (first) {
      const notes = [{ message: 'it is used here first', span: first.span }]
      const hint = 'name both steps with "as"'
      diagnostics.push(error('sigma/step-name', `two steps are called "${as.text}"`, as.span, { hint, notes }))
    } else seen.set(as.text, as)
    return { as: as.text, rule: identity, within: step.within, span: step.span }
  })
}

/** Without `steps`, a rule that occurs again is numbered: `read`, `read_2`. */
function namedByRule(rules: readonly Word[], resolve: (reference: Word) => Registered): Step[] {
  const taken = new Set<string>()
  return rules.map((reference) => {
    const { identity, name } = resolve(reference)
    const base = name ?? identity
    let as: string = base
    for (let n = 2; taken.has(as); n++) as = `${base}_${n}`
    taken.add(as)
    return { as, rule: identity, within: null, span: reference.span }
  })
}

function lowerJoin(join: AttributeJoin, steps: readonly Step[], diagnostics: Diagnostic[]): Join | undefined {
  const left = stepField(join.left, steps, diagnostics)
  const right = stepField(join.right, steps, diagnostics)
  if (!left || !right) return undefined
  if (left.step !== right.step) return { left, right, span: join.span }
  const hint = 'compare fields of one event with fieldref in its rule'
  diagnostics.push(error('sigma/join', 'a join compares two different steps', join.span, { hint }))
  return undefined
}

/** The longest step name that begins the text and is followed by a dot. */
function stepField({ text, span }: Word, steps: readonly Step[], diagnostics: Diagnostic[]): StepField | undefined {
  let best: StepField | undefined
  let longest = 0
  steps.forEach(({ as }, step) => {
    if (as.length <= longest || !text.startsWith(`${as}.`) || text.length === as.length + 1) return
    best = { step, field: text.slice(as.length + 1) }
    longest = as.length
  })
  if (best) return best
  const [first = ''] = text.split('.')
  const names = steps.map((step) => step.as)
  const hint = names.includes(first) ? 'write step.field' : didYouMean(first, names)
  diagnostics.push(error('sigma/unknown-step', `"${text}" begins with no step`, span, { hint }))
  return undefined
}

function lowerAbsence(
  absence: AttributeAbsence,
  steps: readonly Step[],
  resolve: (reference: Word) => Registered,
  diagnostics: Diagnostic[],
): Absence | undefined {
  const [first = -1, second = -1] = absence.steps.map((name) => stepIndex(name, steps, diagnostics))
  if (first === -1 || (absence.where === 'between' && second === -1)) return undefined
  const use = useOf(absence.rule, resolve)
  const { within } = absence
  const refuse = (message: string, hint: string): Absence | undefined => {
    diagnostics.push(error('sigma/absence', message, absence.steps[0]?.span, { hint }))
    return undefined
  }
  switch (absence.where) {
    case 'between':
      if (second === first + 1) return { ...use, where: 'between', after: first }
      return refuse('"between" takes two neighbouring steps, in order', 'write one absence for each gap')
    case 'before':
      if (first === 0) return { ...use, where: 'before', within }
      return refuse('"before" takes the first step', 'use between: for a gap inside the chain')
    case 'after':
      if (first === steps.length - 1) return { ...use, where: 'after', within }
      return refuse('"after" takes the last step', 'use between: for a gap inside the chain')
  }
}

function stepIndex({ text, span }: Word, steps: readonly Step[], diagnostics: Diagnostic[]): number {
  const names = steps.map((step) => step.as)
  const index = names.indexOf(text)
  if (index === -1) {
    diagnostics.push(error('sigma/unknown-step', `there is no step "${text}"`, span, { hint: didYouMean(text, names) }))
  }
  return index
}

function useOf(reference: Word, resolve: (reference: Word) => Registered): RuleUse {
  const rule: RuleId = resolve(reference).identity
  return { rule, span: reference.span }
}

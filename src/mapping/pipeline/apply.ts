import { error, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import { namedRules, type EventRule, type Program, type Rule, type RuleId } from '../../ir/rule.ts'
import { leftOut } from '../left-out.ts'
import { mapItems, marked, toDetection, toPredicate } from './detection.ts'
import { decide, matchesItem } from './match.ts'
import type { Pipeline, ProcessingItem } from './pipeline.ts'
import { newMemory, type ProcessedRule } from './processed-rule.ts'
import { renamedCorrelation, renameRule } from './rename.ts'

/**
 * Sends each rule through the pipelines, one after the other by priority. A rule that a pipeline refuses, or of which
 * nothing is left, is left out with a `mapping/pipeline-failure`, and so is every correlation that needs it
 * (`mapping/left-out`).
 */
export function applyPipelines(
  program: Program,
  pipelines: readonly Pipeline[],
): { program: Program; diagnostics: Diagnostic[] } {
  const items = byPriority(pipelines).flatMap((pipeline) => pipeline.items)
  const rules = new Map<RuleId, Rule>()
  const processed = new Map<RuleId, ProcessedRule>()
  const diagnostics: Diagnostic[] = []
  for (const [id, rule] of program.rules) {
    const missing = rule.kind === 'correlation' ? namedRules(rule).find((name) => !rules.has(name)) : undefined
    if (rule.kind === 'correlation' && missing !== undefined) {
      diagnostics.push(leftOut(rule, missing, program))
      continue
    }
    const own = begin(rule, processed)
    for (const item of items) run(item, own)
    const result = finish(own)
    diagnostics.push(...own.diagnostics)
    if (result === undefined) continue
    processed.set(id, own)
    rules.set(id, result)
  }
  return { program: { rules }, diagnostics }
}

/** The order in which pipelines are run: by priority, then by file name. */
export function byPriority(pipelines: readonly Pipeline[]): readonly Pipeline[] {
  return [...pipelines].sort(
    (a, b) => a.priority - b.priority || (a.source.name < b.source.name ? -1 : Number(a.source.name > b.source.name)),
  )
}

function begin(rule: Rule, named: ReadonlyMap<RuleId, ProcessedRule>): ProcessedRule {
  return {
    of: rule,
    detection: rule.kind === 'event' ? toDetection(rule.where) : null,
    logsource: rule.kind === 'event' ? rule.logsource : null,
    fields: rule.fields,
    keys: new Map(),
    applied: new Set(),
    attributes: new Map(),
    memory: newMemory(),
    named,
    diagnostics: [],
  }
}

function finish(rule: ProcessedRule): Rule | undefined {
  const { of, detection, logsource, fields, diagnostics } = rule
  if (diagnostics.some((one) => one.severity === 'error')) return undefined
  if (of.kind === 'correlation') return { ...of, ...renamedCorrelation(of, rule), fields }
  const where = detection && toPredicate(detection)
  if (where && logsource) return { ...of, where, logsource, fields } satisfies EventRule
  const hint = 'let the pipeline keep an item'
  diagnostics.push(error('mapping/pipeline-failure', `nothing of "${of.title}" is left`, of.span, { hint }))
  return undefined
}

function run(item: ProcessingItem, rule: ProcessedRule): void {
  if (item.rules.of.size > 0 && !decide(item.rules, (condition) => condition(rule))) return
  const { transformation } = item
  switch (transformation.kind) {
    case 'rename':
      renameRule(transformation, item, rule)
      break
    case 'items':
      if (rule.detection !== null)
        rule.detection = mapItems(rule.detection, (each) => {
          if (!matchesItem(item, each, rule)) return each
          const changed = transformation.change(each, item, rule)
          return changed === undefined ? each : marked(changed, item.id)
        })
      break
    case 'rule':
      transformation.change(rule, item)
      break
    case 'nest': {
      const outer = rule.memory
      rule.memory = newMemory()
      for (const nested of transformation.items) run(nested, rule)
      for (const [key, value] of rule.memory.state) outer.state.set(key, value)
      for (const [key, value] of rule.memory.renamedBy) outer.renamedBy.set(key, value)
      for (const name of rule.memory.mapped) outer.mapped.add(name)
      rule.memory = outer
      break
    }
    case 'placeholders':
      break
  }
  if (item.id !== null) rule.applied.add(item.id)
}

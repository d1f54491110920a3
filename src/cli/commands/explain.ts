import { compileMatcher } from '../../engine/stream/matcher.ts'
import type { JsonObject } from '../../event/field.ts'
import { namedRules, type EventRule, type Program, type Rule } from '../../ir/rule.ts'
import { suggest } from '../../diagnostic/suggest.ts'
import { clauseOf } from '../../pack/tasks.ts'
import { rulesNamed } from '../../pack/rules.ts'
import type { Shared } from '../shared.ts'
import { EventFile } from '../events.ts'
import { ExitCode } from '../exit-code.ts'
import { findKeptAlert } from '../local-store.ts'
import { loadMappedRules, type MappedRules } from '../packs.ts'
import { eventsOf, loadRarity } from '../rarity.ts'
import { renderTimeline } from '../render/alert/timeline.ts'
import { renderRule, type LanguageVerdict } from '../render/rule.ts'
import { renderTruth } from '../render/truth.ts'
import { backends } from '../backends.ts'
import { paintFor, produce } from '../terminal.ts'
import { Unusable } from '../unusable.ts'
import { compileRule } from '../compilation.ts'

export interface ExplainOptions {
  readonly mapping?: string
  readonly pipeline?: readonly string[]
  readonly store?: string
  readonly learned?: string
}

export async function explain(
  shared: Shared,
  wanted: string,
  event: string | undefined,
  options: ExplainOptions,
): Promise<ExitCode> {
  const loaded = loadMappedRules([], options.mapping, { pipelines: options.pipeline })
  const rules = rulesNamed(wanted, loaded.program.rules.values())
  if (rules.length === 0) return explainAlert(shared, wanted, loaded, options)
  const paint = paintFor(process.stdout, shared.color)
  for (const rule of rules) {
    if (event !== undefined) {
      await produce(renderTruth(baseRules(rule, loaded.program), readEvent(event), truthOf, paint))
      continue
    }
    await produce(`${renderRule(rule, loaded.program, languages(rule, loaded), clauseOf(rule, loaded.tasks), paint)}\n`)
  }
  return ExitCode.ok
}

async function explainAlert(
  shared: Shared,
  id: string,
  loaded: MappedRules,
  options: ExplainOptions,
): Promise<ExitCode> {
  const alert = /^[0-9a-f]{6,64}$/.test(id) ? await findKeptAlert(id, loaded.configuration, options.store) : undefined
  if (alert === undefined) {
    const names = [...loaded.program.rules.values()].map((each) => each.name ?? each.title)
    const near = suggest(id, names)
    const hint =
      near === undefined
        ? '"detpack list" shows the rules; alerts are known here after "eval --keep", by the first six or more digits of their id'
        : `did you mean "${near}"?`
    throw new Unusable(`no rule and no kept alert is named "${id}"; ${hint}`)
  }
  const rule = loaded.program.rules.get(alert.rule as Rule['id'])
  if (rule === undefined)
    throw new Unusable(`the alert "${id}" is of the rule "${alert.rule}", which the pack does not hold`)
  const rarity = loadRarity(loaded, options)
  for (const event of eventsOf(alert)) rarity?.seeRecord(event)
  const told = {
    rule,
    program: loaded.program,
    repeats: 1,
    clause: clauseOf(rule, loaded.tasks),
    rarity: rarity?.of(alert) ?? [],
  }
  await produce(renderTimeline(alert, told, paintFor(process.stdout, shared.color)))
  return ExitCode.ok
}

function languages(rule: Rule, loaded: MappedRules): LanguageVerdict[] {
  return backends.map((backend) => {
    const compilation = compileRule(loaded, rule, backend)
    const errors = compilation.diagnostics.filter((one) => one.severity === 'error')
    const refusal = compilation.kind === 'refused' ? (errors[0]?.message ?? 'refused') : null
    return { language: backend.language, refusal }
  })
}

/** The event rules that a rule stands on, itself included. */
function baseRules(rule: Rule, program: Program): EventRule[] {
  if (rule.kind === 'event') return [rule]
  const found = namedRules(rule).flatMap((id) => {
    const named = program.rules.get(id)
    return named === undefined ? [] : baseRules(named, program)
  })
  return [...new Set(found)]
}

function readEvent(place: string): JsonObject {
  const match = /^(.+):(\d+)$/.exec(place)
  if (match?.[1] === undefined) throw new Unusable(`an event is named as FILE:LINE, not "${place}"`)
  const line = Number(match[2])
  for (const record of new EventFile(match[1]).records()) if (record.line === line) return record.fields
  throw new Unusable(`there is no event on line ${line} of "${match[1]}"`)
}

/** Whether an event meets one predicate, as the engine sees it. */
function truthOf(rule: EventRule, where: EventRule['where'], event: JsonObject): boolean {
  return compileMatcher([{ ...rule, where }]).match(event).length > 0
}

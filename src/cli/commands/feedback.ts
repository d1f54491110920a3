import { existsSync, mkdirSync } from 'node:fs'
import path from 'node:path'
import { error } from '../../diagnostic/diagnostic.ts'
import type { Time } from '../../event/record.ts'
import { feedbackOf, type Feedback } from '../../govern/triage/feedback.ts'
import { verdictNamed, VERDICT_TITLES } from '../../govern/triage/verdict.ts'
import { operator } from '../deployment.ts'
import { ExitCode } from '../exit-code.ts'
import { readTests } from '../history.ts'
import { localStoreFile, openStore } from '../local-store.ts'
import { loadMappedRules } from '../packs.ts'
import { loadOwnProfiles } from '../profiles.ts'
import { report } from '../report.ts'
import { reviewFile } from '../review-log.ts'
import type { Shared } from '../shared.ts'
import { produce, say } from '../terminal.ts'
import { Unusable } from '../unusable.ts'
import { writeWhole } from '../whole-file.ts'

export interface FeedbackOptions {
  readonly by?: string
  readonly output?: string
  readonly store?: string
  readonly dryRun?: boolean
}

const DRAFTED = {
  baseline: 'a wider baseline, drafted for somebody else to approve',
  exception: 'an exception, drafted',
  'rule-change': 'a test that fails until the rule is changed',
} as const satisfies Readonly<Record<Feedback['kind'], string>>

/** Drafts what the verdict on an alert of the local store asks for; nothing is applied. */
export async function feedbackPropose(shared: Shared, prefix: string, options: FeedbackOptions): Promise<ExitCode> {
  const loaded = loadMappedRules([], undefined)
  const { configuration, program } = loaded
  const file = localStoreFile(configuration, options.store)
  if (!existsSync(file)) throw new Unusable(`there is no local store "${file}"`)
  const refuse = (code: `govern/${string}`, message: string, hint: string): ExitCode => {
    report([error(code, message, undefined, { hint })], shared.color)
    return ExitCode.no
  }
  const store = await openStore(file)
  try {
    const [alert, other] = /^[0-9a-f]{4,64}$/.test(prefix) ? store.alertsWithId(prefix, 2) : []
    if (other !== undefined)
      throw new Unusable(`several alerts have an id that begins with "${prefix}"; give more of it`)
    if (alert === undefined)
      return refuse('govern/unknown-alert', `nobody knows an alert "${prefix}"`, '"detpack triage show" lists them')
    const verdict = verdictNamed(store.verdicts().findLast((each) => each.alert === alert.id)?.verdict ?? '')
    if (verdict === undefined)
      return refuse('govern/no-verdict', 'nobody said what this alert was', `detpack triage set ${prefix} --verdict …`)
    const rule = [...program.rules.values()].find(({ id }) => id === alert.rule)
    if (rule === undefined)
      return refuse('govern/unknown-rule', `the pack has no rule "${alert.rule}"`, 'was it renamed?')
    const folder = options.output ?? reviewFile(configuration, 'proposals', alert.id.slice(0, 12))
    const firing = readTests(loaded, false).tests.find((test) => test.rule === rule.id && test.expected > 0)
    const baselines = loadOwnProfiles(configuration).profiles.filter(({ approval }) => approval !== null)
    const feedback = feedbackOf(alert, verdict, {
      ...{ rule: rule.name ?? rule.id, title: rule.title, by: options.by ?? operator(), now: Date.now() as Time },
      baseline: (id) => baselines.find((each) => each.id === id)?.span.source.text ?? null,
      attack: firing ? path.relative(folder, path.join(configuration.root, firing.events)) : null,
    })
    if (feedback === undefined) {
      say(`an alert that was ${VERDICT_TITLES[verdict]} asks for no change`)
      return ExitCode.ok
    }
    const names = [...feedback.files.keys()].map((name) => path.join(folder, name))
    if (options.dryRun !== true) {
      mkdirSync(folder, { recursive: true })
      for (const [name, text] of feedback.files) writeWhole(path.join(folder, name), text)
    }
    await produce(names.map((name) => `${name}\n`).join(''))
    say(`${DRAFTED[feedback.kind]}; nothing is applied`)
    return ExitCode.ok
  } finally {
    store.close()
  }
}

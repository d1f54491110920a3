import { error, type Diagnostic } from '../../../diagnostic/diagnostic.ts'
import { formatTime, type Time } from '../../../event/record.ts'
import type { StartAct } from '../../../govern/log/entry.ts'
import type { Period } from '../../../govern/period.ts'
import { gatherItems } from '../../../govern/review/gather.ts'
import { countByKind, digestOfText, drawSample, renderPopulation } from '../../../govern/review/population.ts'
import { parseDuration } from '../../../ir/duration.ts'
import { ExitCode } from '../../exit-code.ts'
import { loadHistory } from '../../history.ts'
import { periodOf } from '../../period.ts'
import { plural } from '../../render/plural.ts'
import { exitCodeOf, report } from '../../report.ts'
import { populationFile, signingAs, writeEntry } from '../../review-log.ts'
import type { Shared } from '../../shared.ts'
import { produce, say } from '../../terminal.ts'
import { Unusable } from '../../unusable.ts'
import { writeWhole } from '../../whole-file.ts'

export interface SigningOptions {
  readonly key?: string
}

export interface ReviewStartOptions extends SigningOptions {
  readonly sample: string
  readonly seed?: string
  readonly due: string
}

/** Lists all that happened in a period, draws a sample, and puts both on record. */
export async function reviewStart(shared: Shared, named: string, options: ReviewStartOptions): Promise<ExitCode> {
  const period = periodOf(named)
  const size = Number(options.sample)
  const during = parseDuration(options.due)
  if (!/^[1-9]\d{0,5}$/.test(options.sample)) throw new Unusable(`"${options.sample}" is no size of a sample`)
  if (during === undefined) throw new Unusable(`"${options.due}" is no time: write 14d, say`)
  const { history, configuration } = await loadHistory()
  const who = signingAs(configuration, options.key)
  const { items, query } = gatherItems(history, period)
  const population = renderPopulation(items)
  const file = populationFile(configuration, period.name)
  let act: StartAct | undefined
  const written = writeEntry(configuration, who, ({ log, reviews }) => {
    const problem = startProblem(
      period,
      who.at,
      items.length,
      reviews.reviews.some((each) => each.period === period.name),
    )
    if (problem !== undefined) return { diagnostics: [problem] }
    // Nobody chooses the root of the log: without a seed, no sample is drawn again until it pleases.
    const seed = options.seed ?? log.anchor.root
    act = {
      ...{ kind: 'start', period: period.name, digest: digestOfText(population), query, seed },
      sizes: countByKind(items),
      sample: drawSample(items, seed, size),
      due: (who.at + during) as Time,
    }
    writeWhole(file, population)
    return { act, diagnostics: [] }
  })
  report(written.diagnostics, shared.color)
  if (written.log === undefined || act === undefined) return exitCodeOf(written.diagnostics) || ExitCode.no
  const counts = Object.entries(act.sizes).map(([kind, count]) => plural(count, kind))
  say(`${counts.join(', ')}: ${file}`)
  say(`${plural(act.sample.length, 'item')} drawn, due ${formatTime(act.due).slice(0, 10)}; record each:`)
  await produce(act.sample.map((item) => `${item}\n`).join(''))
  return ExitCode.ok
}

function startProblem(period: Period, now: Time, items: number, started: boolean): Diagnostic | undefined {
  const { name, to } = period
  if (started) return error('govern/review-repeated', `the review of ${name} was started before`)
  if (to > now)
    return error('govern/period-not-over', `${name} ends on ${formatTime(to).slice(0, 10)}`, undefined, {
      hint: 'review a shorter one that is over: a month, a week or a day',
    })
  if (items > 0) return undefined
  const hint = '"detpack triage pull" fetches alerts and deployments'
  return error('govern/no-data', `nothing is known of ${name}: there is nothing to review`, undefined, { hint })
}

import { existsSync, readFileSync } from 'node:fs'
import { error, type Diagnostic } from '../../../diagnostic/diagnostic.ts'
import { didYouMean } from '../../../diagnostic/suggest.ts'
import type { Act, Outcome } from '../../../govern/log/entry.ts'
import { isSamePerson } from '../../../govern/log/person.ts'
import { nameOf, signedPopulation, type Item } from '../../../govern/review/population.ts'
import { openItems, type Review } from '../../../govern/review/review.ts'
import { ExitCode } from '../../exit-code.ts'
import { loadUsableConfiguration } from '../../packs.ts'
import { periodOf } from '../../period.ts'
import { plural } from '../../render/plural.ts'
import { exitCodeOf, report } from '../../report.ts'
import { populationFile, signingAs, writeEntry } from '../../review-log.ts'
import type { Shared } from '../../shared.ts'
import { say } from '../../terminal.ts'
import type { SigningOptions } from './start.ts'

export interface ReviewRecordOptions extends SigningOptions {
  readonly outcome: Outcome
  readonly note?: string
  readonly follow?: string
}

/** Puts on record what somebody found about an item of the sample; not who made it. */
export function reviewRecord(shared: Shared, named: string, item: string, options: ReviewRecordOptions): ExitCode {
  const configuration = loadUsableConfiguration('.')
  const period = periodOf(named).name
  const who = signingAs(configuration, options.key)
  let left: number | undefined
  const written = writeEntry(configuration, who, ({ reviews }) => {
    const review = reviews.reviews.find((each) => each.period === period)
    const found = review && itemNamed(item, review)
    if (review === undefined || found === undefined || typeof found !== 'string')
      return { diagnostics: [found instanceof Object ? found : notStarted(period)] }
    const about = itemOf(found, review, populationFile(configuration, period))
    if ('code' in about) return { diagnostics: [about] }
    const problem = recordProblem(review, about, who.by, options)
    if (problem !== undefined) return { diagnostics: [problem] }
    left = openItems(review).filter((each) => each !== found).length
    const act: Act = {
      ...{ kind: 'record', period, item: found, digest: about.digest, outcome: options.outcome },
      ...{ note: options.note ?? '', follow: options.follow ?? '' },
    }
    return { act, diagnostics: [] }
  })
  report(written.diagnostics, shared.color)
  if (written.log === undefined) return exitCodeOf(written.diagnostics) || ExitCode.no
  say(`recorded by "${who.by}"; ${plural(left ?? 0, 'item')} left`)
  return ExitCode.ok
}

export function notStarted(period: string): Diagnostic {
  const hint = `detpack review start ${period}`
  return error('govern/review-unknown', `no review of ${period} was started`, undefined, { hint })
}

/** The item of the sample that a name or the beginning of one means. */
function itemNamed(wanted: string, { start, period }: Review): string | Diagnostic {
  if (start.sample.includes(wanted)) return wanted
  const found = start.sample.filter(
    (each) => each.startsWith(wanted) || each.split(':')[1]?.startsWith(wanted) === true,
  )
  const [only] = found
  if (found.length === 1 && only !== undefined) return only
  const message =
    found.length > 1 ? `several items begin with "${wanted}"` : `"${wanted}" is not in the sample of ${period}`
  const hint = found.length > 1 ? found.slice(0, 3).join(', ') : didYouMean(wanted, start.sample)
  return error('govern/not-in-sample', message, undefined, { hint })
}

/** The item as it stood when the review was started; the population must still be that. */
function itemOf(name: string, { start }: Review, file: string): Item | Diagnostic {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : ''
  const item = signedPopulation(text, start)?.find((each) => nameOf(each) === name)
  if (item !== undefined) return item
  return error('govern/population-changed', `"${file}" is not the population that the review was started with`)
}

function recordProblem(
  { closed, period }: Review,
  { author }: Item,
  by: string,
  { outcome, note }: ReviewRecordOptions,
): Diagnostic | undefined {
  if (closed !== null) return error('govern/review-closed', `the review of ${period} is closed`)
  if (author !== null && isSamePerson(author, by))
    return error('govern/own-item', `"${by}" made it, and somebody else must judge it`)
  if (outcome !== 'in-order' && (note ?? '').trim() === '') {
    const hint = '--note says what was found'
    return error('govern/no-note', `an outcome "${outcome}" needs a note`, undefined, { hint })
  }
  return undefined
}

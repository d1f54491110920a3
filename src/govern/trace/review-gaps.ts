import { formatTime, type Time } from '../../event/record.ts'
import { formatDay } from '../day.ts'
import type { History } from '../history.ts'
import { isSamePerson } from '../log/person.ts'
import { isWithin, parsePeriod, type Period } from '../period.ts'
import { happened } from '../review/gather.ts'
import { drawSample, nameOf, type Item } from '../review/population.ts'
import { openItems, type Review } from '../review/review.ts'
import type { Gap, GapKind } from './gap.ts'

type Reviewed = Pick<History, 'reviews' | 'populations'>

interface ReviewOfPeriod {
  readonly review: Review
  readonly own: Period
  /** Undefined: not the one that was signed. */
  readonly population: readonly Item[] | undefined
}

/** Reviews of a period, or of a part of it. */
export function reviewsOf({ reviews: { reviews }, populations }: Reviewed, period: Period): readonly ReviewOfPeriod[] {
  return reviews.flatMap((review) => {
    const own = parsePeriod(review.period)
    if (own === undefined || own.from >= period.to || own.to <= period.from) return []
    return [{ review, own, population: populations.get(review.period) }]
  })
}

/** What is missing in the reviews of a period, by the log and the populations alone. */
export function gapsOfReviews(reviewed: Reviewed, period: Period): readonly Gap[] {
  const ofPeriod = reviewsOf(reviewed, period)
  const finished = ofPeriod.filter(({ review }) => isFinished(review)).map(({ own }) => own)
  return [
    ...uncovered(finished, period).map(({ from, to }) => {
      const last = formatDay((to - 1) as Time)
      return gap('review-missing', `${formatDay(from)} to ${last}`, 'no review of it is finished')
    }),
    ...ofPeriod.flatMap(({ review, population }) => [
      ...gapsOfOutcomes(review),
      ...(population === undefined
        ? [gap('population-lost', review.period, 'what it was of, and its sample, cannot be checked')]
        : gapsOfSample(review, population)),
    ]),
  ]
}

function gapsOfOutcomes(review: Review): readonly Gap[] {
  const { period, start, outcomes, late, withdrawn } = review
  const open = openItems(review).length
  const what = open > 0 ? `${open} of ${start.sample.length} without an outcome` : 'not closed'
  return [
    ...(isFinished(review) ? [] : [gap('review-unfinished', period, what)]),
    ...(late > 0 ? [gap('review-late', period, `${late} came after ${formatTime(start.due)}`)] : []),
    ...[...outcomes.values()]
      .filter(({ outcome, follow }) => outcome === 'finding' && follow === '')
      .map(({ item, note }) => gap('finding-not-followed', item, note)),
    ...withdrawn.map(({ finding, by }) =>
      gap('finding-withdrawn', finding.item, `${finding.by}: ${finding.note}; ${by.outcome}, says ${by.by} then`),
    ),
  ]
}

/** The sample is as large as the largest part of it: fewer of a kind are drawn only where there are fewer. */
function gapsOfSample({ period, start, outcomes }: Review, population: readonly Item[]): readonly Gap[] {
  const counts = new Map<string, number>()
  for (const name of start.sample) {
    const kind = name.slice(0, name.indexOf(':'))
    counts.set(kind, (counts.get(kind) ?? 0) + 1)
  }
  const drawn = drawSample(population, start.seed, Math.max(0, ...counts.values()))
  const others = drawn.filter((name) => !start.sample.includes(name))
  const wanted = new Set(start.sample)
  const judged = population.flatMap((item) => {
    const outcome = wanted.has(nameOf(item)) ? outcomes.get(nameOf(item)) : undefined
    return outcome === undefined ? [] : [{ item, outcome }]
  })
  return [
    ...(others.length > 0 || drawn.length !== start.sample.length
      ? [gap('sample-not-drawn', period, `the seed draws ${drawn.length}, of them ${others.length} that are not in it`)]
      : []),
    ...judged
      .filter(({ item, outcome }) => item.author !== null && isSamePerson(item.author, outcome.by))
      .map(({ item, outcome }) => gap('own-item-judged', nameOf(item), `${outcome.outcome}, says ${outcome.by}`)),
  ]
}

/**
 * Alerts and changes of a time that is reviewed and that no population of then has: they came later, or were kept out. Where a
 * population is lost, that is told by itself.
 */
export function gapsOfPopulations(
  reviewed: Reviewed,
  events: Iterable<{ readonly name: string; readonly at: Time }>,
  period: Period,
): readonly Gap[] {
  const finished = reviewsOf(reviewed, period)
    .filter(({ review }) => isFinished(review))
    .map(({ own, population }) => ({ own, names: population && new Set(population.map(nameOf)) }))
  const found: Gap[] = []
  for (const { name, at } of events) {
    if (!isWithin(at, period)) continue
    const then = finished.filter(({ own }) => isWithin(at, own))
    if (then.length > 0 && then.every(({ names }) => names?.has(name) === false))
      found.push(gap('not-in-population', name, `of ${formatTime(at)}`))
  }
  return found
}

/** What a population has and the registers do not have any more: neither alerts nor changes are taken out of them. */
export function gapsOfRegisters(history: History, period: Period): readonly Gap[] {
  const reviews = reviewsOf(history, period)
  if (reviews.length === 0) return []
  const there = new Set<string>()
  for (const { name } of happened(history)) there.add(name)
  const gone = new Map<string, string>()
  for (const { review, population = [] } of reviews)
    for (const item of population)
      if ((item.kind === 'alert' || item.kind === 'change') && !there.has(nameOf(item)))
        gone.set(nameOf(item), `${item.title}: was in the population of ${review.period}`)
  return [...gone].map(([name, detail]) => gap('gone-since-review', name, detail))
}

function gap(kind: GapKind, subject: string, detail: string): Gap {
  return { kind, subject, detail }
}

function isFinished(review: Review): boolean {
  return review.closed !== null && openItems(review).length === 0
}

/** What of a period none of the others covers. */
function uncovered(
  covered: readonly Pick<Period, 'from' | 'to'>[],
  { from, to }: Period,
): readonly Pick<Period, 'from' | 'to'>[] {
  const left: Pick<Period, 'from' | 'to'>[] = []
  let at = from
  for (const each of [...covered].sort((a, b) => a.from - b.from)) {
    if (each.from > at) left.push({ from: at, to: Math.min(each.from, to) as Time })
    if (each.to > at) at = each.to
  }
  if (at < to) left.push({ from: at, to })
  return left
}

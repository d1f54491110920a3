import { formatTime } from '../../../event/record.ts'
import { formatAnchor } from '../../../govern/log/merkle.ts'
import { openItems, type Review } from '../../../govern/review/review.ts'
import { ExitCode } from '../../exit-code.ts'
import { loadUsableConfiguration } from '../../packs.ts'
import { plural } from '../../render/plural.ts'
import { table } from '../../render/table.ts'
import { exitCodeOf, report } from '../../report.ts'
import { anchorsOf, loadReviewLog } from '../../review-log.ts'
import type { Shared } from '../../shared.ts'
import { loadSigningKey } from '../../signing-key.ts'
import { paintFor, produce } from '../../terminal.ts'
import type { SigningOptions } from './start.ts'

export interface ReviewShowOptions {
  readonly anchor?: readonly string[]
  readonly format: 'text' | 'json'
}

/** What the review log says, and whether it is whole; of one period the items and their outcomes. */
export async function reviewShow(
  shared: Shared,
  named: string | undefined,
  options: ReviewShowOptions,
): Promise<ExitCode> {
  const { log, reviews } = loadReviewLog(loadUsableConfiguration('.'), anchorsOf(options.anchor ?? []))
  const diagnostics = [...log.diagnostics, ...reviews.diagnostics]
  report(diagnostics, shared.color)
  const wanted = reviews.reviews.filter(({ period }) => named === undefined || period === named)
  const paint = paintFor(process.stdout, shared.color)
  if (options.format === 'json') {
    const shown = wanted.map((review) => ({
      ...review,
      outcomes: [...review.outcomes.values()],
      open: openItems(review),
    }))
    await produce(`${JSON.stringify({ anchor: formatAnchor(log.anchor), reviews: shown }, null, 2)}\n`)
  } else if (named !== undefined && wanted[0] !== undefined) await produce(`${table(itemRows(wanted[0]), paint)}\n`)
  else {
    const rows = wanted.map(summaryRow)
    const list = rows.length === 0 ? 'no review was started' : table(rows, paint)
    await produce(`${list}\n${plural(log.entries.length, 'entry', 'entries')}: ${formatAnchor(log.anchor)}\n`)
  }
  return exitCodeOf(diagnostics)
}

function summaryRow(review: Review): Readonly<Record<string, string>> {
  const { period, start, closed, late, startedBy } = review
  const open = openItems(review).length
  return {
    period,
    sample: String(start.sample.length),
    open: String(open),
    late: String(late),
    due: formatTime(start.due).slice(0, 10),
    'started by': startedBy,
    state: closed === null ? 'open' : `closed by ${closed.by} on ${formatTime(closed.at).slice(0, 10)}`,
  }
}

function itemRows({ start, outcomes }: Review): readonly Readonly<Record<string, string>>[] {
  return start.sample.map((item) => {
    const found = outcomes.get(item)
    return { item, outcome: found?.outcome ?? '-', by: found?.by ?? '-', note: found?.note ?? '' }
  })
}

/** The line of a key for reviews/allowed_signers. */
export async function reviewSigner(_shared: Shared, name: string, { key }: SigningOptions): Promise<ExitCode> {
  await produce(`${name} namespaces="detpack" ${loadSigningKey(key).publicLine}\n`)
  return ExitCode.ok
}

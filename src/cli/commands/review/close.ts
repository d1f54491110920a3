import { error } from '../../../diagnostic/diagnostic.ts'
import { formatAnchor } from '../../../govern/log/merkle.ts'
import { openItems } from '../../../govern/review/review.ts'
import { ExitCode } from '../../exit-code.ts'
import { loadUsableConfiguration } from '../../packs.ts'
import { periodOf } from '../../period.ts'
import { plural } from '../../render/plural.ts'
import { exitCodeOf, report } from '../../report.ts'
import { signingAs, writeEntry } from '../../review-log.ts'
import type { Shared } from '../../shared.ts'
import { produce, say } from '../../terminal.ts'
import { notStarted } from './record.ts'
import type { SigningOptions } from './start.ts'

export interface ReviewCloseOptions extends SigningOptions {
  readonly conclusion: string
}

/** Ends a review of which every item has an outcome, and prints what the log is to be anchored with elsewhere. */
export async function reviewClose(shared: Shared, named: string, options: ReviewCloseOptions): Promise<ExitCode> {
  const configuration = loadUsableConfiguration('.')
  const period = periodOf(named).name
  const who = signingAs(configuration, options.key)
  let late = 0
  const written = writeEntry(configuration, who, ({ reviews, log }) => {
    const review = reviews.reviews.find((each) => each.period === period)
    if (review === undefined) return { diagnostics: [notStarted(period)] }
    if (review.closed !== null)
      return { diagnostics: [error('govern/review-closed', `the review of ${period} was closed before`)] }
    const open = openItems(review)
    if (open.length > 0) {
      const message = `${plural(open.length, 'item')} of ${period} have no outcome: ${open.slice(0, 5).join(', ')}`
      return { diagnostics: [error('govern/review-unfinished', message, undefined, { hint: 'detpack review record' })] }
    }
    late = review.late
    return { act: { kind: 'close', period, conclusion: options.conclusion, root: log.anchor.root }, diagnostics: [] }
  })
  report(written.diagnostics, shared.color)
  if (written.log === undefined) return exitCodeOf(written.diagnostics) || ExitCode.no
  say(`the review of ${period} is closed${late > 0 ? `; ${plural(late, 'outcome')} came late` : ''}`)
  say('Keep this line where the log is not (a ticket, a mail, a signed tag): it shows if the log is ever written anew.')
  await produce(`${formatAnchor(written.log.anchor)}\n`)
  return ExitCode.ok
}

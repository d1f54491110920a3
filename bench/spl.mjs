// The engine for SPL: events a second of CPU of whole searches, start and reading of the events not included.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { interleaved, spread } from './measure.mjs'

const COUNT = 100_000

/** A search that pairs two kinds of event of one host by `streamstats`, as compiled sequences do. */
const SEQUENCE = `*
| eval read=if(like(CommandLine, "%password%"), 1, 0), sent=if(like(Image, "%curl"), 1, 0)
| where read==1 OR sent==1
| sort 0 _time
| eval start=if(read==1, _time, null())
| streamstats current=f max(start) AS before by Computer User
| where sent==1 AND _time-before<=1
| table _time Computer User before`

const STATS =
  '* | stats count dc(ProcessId) AS processes values(Image) AS images latest(CommandLine) AS last by Computer User'

/** @param detpack the command @param events a file of 100,000 events @param say `section` and `row` of the report */
export function measureSpl(detpack, events, { section, row }) {
  const work = mkdtempSync(path.join(os.tmpdir(), 'detpack-bench-spl-'))
  try {
    const query = (name, text) => {
      const file = path.join(work, `${name}.spl`)
      writeFileSync(file, text)
      return [...detpack, 'query', 'spl', '-f', file, '--events', events]
    }
    // Reading the events alone: a search that finds none of them.
    const [none, sequence, stats] = interleaved(
      [query('none', '| makeresults'), query('sequence', SEQUENCE), query('stats', STATS)],
      5,
    )
    const rate = (figures) => figures.map(({ cpu }, run) => COUNT / Math.max(0.001, cpu - none[run].cpu))
    section('query spl over 100,000 events, events a second of CPU, start and reading not included')
    row('sequence by streamstats', spread(rate(sequence), 0))
    row('stats by two fields', spread(rate(stats), 0))
    row('sequence, start and reading included, s', spread(sequence.map(({ wall }) => wall)))
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

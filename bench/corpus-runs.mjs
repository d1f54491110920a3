// The runs of test/corpus: what was recorded, and what its cases say of it.
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { gunzipSync } from 'node:zlib'

const folder = path.resolve(import.meta.dirname, '../test/corpus')
const { parts, values, cases } = JSON.parse(readFileSync(path.join(folder, 'cases.json'), 'utf8'))
const HOUR = 3_600_000
const FIRST_DAY = Date.UTC(2026, 0, 1)

/** The parts of the cases, in order: `name`, `firstHour` of its first run, and whether it is `heldOut`. */
export const corpusParts = parts

/**
 * A run of a case: what it is `of`, and of an attack the `steps` that somebody labelled. What was recorded stays as bytes, and
 * is read where it is asked for: a part may be half a gigabyte.
 */
class CorpusRun {
  #events = new Map()

  constructor(of, number) {
    this.of = of
    this.steps = stepsOf(of, number)
    this.bytes = Buffer.alloc(0)
    this.count = 0
  }

  get lines() {
    return this.bytes.toString().trimEnd().split('\n')
  }

  get events() {
    return this.lines.map((line) => JSON.parse(line))
  }

  /** The event of a line, from 0 on; the same object each time. */
  event(at) {
    if (!this.#events.has(at)) this.#events.set(at, JSON.parse(this.lines[at]))
    return this.#events.get(at)
  }
}

/** The runs of a part, none where it is not recorded. Each begins at an hour of its own. */
export function corpusRuns(part) {
  const file = path.join(folder, `${part}.ndjson.gz`)
  const first = parts.find(({ name }) => name === part).firstHour
  if (!existsSync(file)) return []
  const runs = cases
    .filter((each) => each.part === part)
    .flatMap((each) => Array.from({ length: each.runs }, (_, number) => new CorpusRun(each, number)))
  const all = gunzipSync(readFileSync(file))
  for (let start = 0; start < all.length;) {
    const hour = hourAt(all, start)
    let [end, count] = [start, 0]
    while (end < all.length && hourAt(all, end) === hour) {
      end = all.indexOf('\n', end) + 1
      count++
    }
    Object.assign(runs[hour - first], { bytes: all.subarray(start, end), count })
    start = end
  }
  return runs
}

const TIME = '{"@timestamp":"'

/** Hours since the first day of the event that begins there. */
function hourAt(bytes, at) {
  const begin = at + TIME.length
  if (bytes.latin1Slice(at, begin) !== TIME) throw new Error(`an event without its time in front, at byte ${at}`)
  return (Date.parse(`${bytes.latin1Slice(begin, begin + 'YYYY-MM-DDTHH'.length)}:00:00Z`) - FIRST_DAY) / HOUR
}

/** What `scripts/record` put in is taken here as well: of each list of values the one of the run's number. */
function stepsOf({ steps = [] }, number) {
  const filled = (text) =>
    text.replace(/\{(\w+)\}/g, (_, name) => values[name]?.[number % values[name].length] ?? number)
  return steps.map(filled)
}

/**
 * Whether an event is of a labelled step: a path (of a file, or of a UNIX socket), a folder with `/` at its end, `ADDRESS:PORT`,
 * an `ADDRESS` with whatever port, or `pipe`, which has no name.
 */
export function isOfStep(event, step) {
  const { ip, port, address } = event.destination ?? {}
  if (`${ip}:${port}` === step || ip === step) return true
  if (step === 'pipe') return event.detpack.object?.kind === 'pipe' && event.file?.path === undefined
  const paths = [event.file?.path, event.detpack.source?.object?.path, event.detpack.file?.previous_path, address]
  return paths.some((one) => one === step || (step.endsWith('/') && one?.startsWith(step)))
}

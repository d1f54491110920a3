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
 * The runs of a part, none where it is not recorded: each with its case, its lines, and of an attack the steps that
 * somebody labelled. Each begins at an hour of its own.
 */
export function corpusRuns(part) {
  const file = path.join(folder, `${part}.ndjson.gz`)
  const start = FIRST_DAY / HOUR + parts.find(({ name }) => name === part).firstHour
  if (!existsSync(file)) return []
  const runs = cases
    .filter((each) => each.part === part)
    .flatMap((each) =>
      Array.from({ length: each.runs }, (_, number) => ({
        of: each,
        steps: stepsOf(each, number),
        lines: [],
        events: [],
      })),
    )
  for (const line of gunzipSync(readFileSync(file)).toString().trimEnd().split('\n')) {
    const event = JSON.parse(line)
    const run = runs[Math.floor(Date.parse(event['@timestamp']) / HOUR) - start]
    run.lines.push(line)
    run.events.push(event)
  }
  return runs
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
  const paths = [event.file?.path, event.detpack.source?.object?.path, address]
  return paths.some((one) => one === step || (step.endsWith('/') && one?.startsWith(step)))
}

import { fieldReader, type JsonObject } from './field.ts'
import { parseTime, type Time } from './record.ts'

/** A line that is no event: nothing of an earlier time comes from that run any more, but events that say they are late. */
export interface Watermark {
  readonly time: Time
  /** The sensor's run, which is the source that it holds for. */
  readonly run: string
}

/** The watermark that a line is (`{"detpack":{"watermark":…,"sensor":{"run":…}}}`), or undefined for an event. */
export function watermarkOf(line: JsonObject): Watermark | undefined {
  const own = Object.hasOwn(line, 'event') ? undefined : line['detpack']
  if (!isObject(own)) return undefined
  const time = parseTime(own['watermark'])
  return time === undefined ? undefined : { time, run: runOf(line) }
}

/** What of a line is asked for beside the event: the run of the sensor, losses, and what makes it a watermark. */
export const RUN = 'detpack.sensor.run'
export const LOST = 'detpack.lost'
export const WATERMARK = 'detpack.watermark'

const runs = fieldReader(RUN)
const losses = fieldReader(LOST)

/** The run of the sensor that a line comes from; '' when it does not say. */
export function runOf(line: JsonObject): string {
  const [run] = runs(line)
  return typeof run === 'string' ? run : ''
}

/** How many uses were lost before this event since the one before it. */
export function lostBefore(line: JsonObject): number {
  const [lost] = losses(line)
  return typeof lost === 'number' && Number.isSafeInteger(lost) && lost > 0 ? lost : 0
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

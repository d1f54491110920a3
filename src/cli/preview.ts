import { parseDuration, type Duration } from '../ir/duration.ts'
import { writes, type Plan } from '../target/plan.ts'
import type { Target } from '../target/target.ts'
import { ExitCode } from './exit-code.ts'
import { renderPlanJson } from './render/plan/json.ts'
import { renderPreviews } from './render/plan/preview.ts'
import { exitCodeOfTarget, report } from './report.ts'
import type { Shared } from './shared.ts'
import { paintFor, produce, say } from './terminal.ts'
import { Unusable } from './unusable.ts'

export interface PreviewOptions {
  /** How much time up to now the rules are tried on; nothing is changed then. */
  readonly preview?: string | true
  readonly format: 'text' | 'json'
}

/** The time that rules are tried on, as it was written and in milliseconds; `Unusable` when it is none of a minute or more. */
export function previewed(asked: PreviewOptions['preview']): { readonly time: string; readonly span: Duration } {
  const time = asked === undefined || asked === true ? '24h' : asked
  const span = parseDuration(time)
  if (span === undefined || span < 60_000) throw new Unusable(`--preview takes a time such as 24h, not "${time}"`)
  return { time, span }
}

/** What the rules of a plan would have found: those that it writes, as it would write them. No for one with an error. */
export async function preview(
  plan: Plan,
  target: Target,
  { preview: asked, format }: PreviewOptions,
  shared: Shared,
): Promise<ExitCode> {
  const { time, span } = previewed(asked)
  if (target.preview === undefined) throw new Unusable(`--preview asks Kibana, and ${target.place.at} is or names none`)
  const read = await target.preview(plan.actions.filter(writes), span / 1000)
  if (read.kind === 'failed') {
    report([read.diagnostic], shared.color)
    say('nothing was changed')
    return exitCodeOfTarget([read.diagnostic])
  }
  const previews = read.value
  await produce(
    format === 'json'
      ? renderPlanJson(plan, undefined, previews)
      : renderPreviews(previews, time, paintFor(process.stdout, shared.color)),
  )
  say('nothing was changed')
  return previews.some(({ errors }) => errors.length > 0) ? ExitCode.no : ExitCode.ok
}

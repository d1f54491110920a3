import { readFileSync } from 'node:fs'
import { ToolJoin, type JoinCounts } from '../../../src/event/join/tool-join.ts'
import type { ToldObject } from '../../../src/event/recording/told-json.ts'
import type { UseEvent } from '../../../src/event/use-event.ts'
import { importText, resources, tools } from '../importing.ts'

const file = (name: string): string => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8')

/** What the sensor saw of a scenario. */
export function recorded(name: string): UseEvent[] {
  return file(`recordings/${name}.ndjson`)
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as UseEvent)
}

/** What the agent of a scenario wrote of itself, as events. */
export function claimed(name: string): readonly UseEvent[] {
  const run = recorded(name).find((event) => event.detpack.task !== undefined)?.detpack.task?.run ?? ''
  const task = { name: 'summarize-document', run }
  const host = { name: 'web-1' }
  return importText('mcp', file(`event/mcp/recordings/${name}.log`), { task, host }).events
}

/** Both, joined: the uses, then the calls. */
export function joined(
  calls: readonly object[],
  uses: readonly object[],
  { own = tools.own, slack = 1_000_000 } = {},
): { readonly events: readonly UseEvent[]; readonly counts: JoinCounts } {
  const join = new ToolJoin({ resources, own, slack })
  for (const call of calls) if (!join.call(call as ToldObject)) throw new Error('no event of a call')
  const events = [...uses.map((use) => join.use(use as ToldObject)), ...join.end()] as unknown as UseEvent[]
  return { events, counts: join.counts }
}

import { byPriority } from './apply.ts'
import type { Pipeline, ProcessingItem } from './pipeline.ts'

/** Values for the placeholders of rules, as the pipelines give them; what none handles has none. */
export function placeholdersOf(
  pipelines: readonly Pipeline[],
): Pick<ReadonlyMap<string, readonly string[]>, 'get' | 'keys'> {
  const ordered = byPriority(pipelines)
  const vars = new Map(ordered.flatMap((pipeline) => [...pipeline.vars]))
  const items = ordered.flatMap((pipeline) => flat(pipeline.items))
  return {
    get(name) {
      for (const { transformation } of items) {
        const values = transformation.kind === 'placeholders' ? transformation.values(name, vars) : undefined
        if (values !== undefined) return values
      }
      return undefined
    },
    keys: () => vars.keys(),
  }
}

function flat(items: readonly ProcessingItem[]): readonly ProcessingItem[] {
  return items.flatMap((item) => (item.transformation.kind === 'nest' ? flat(item.transformation.items) : [item]))
}

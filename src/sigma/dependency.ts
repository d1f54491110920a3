import { error, type Diagnostic } from '../diagnostic/diagnostic.ts'
import type { Registered, Registry } from './registry.ts'

/** What is named before what names it; and those that stand on a circle, for which no such order exists. */
export interface DependencyOrder {
  readonly ordered: readonly Registered[]
  readonly circular: ReadonlySet<Registered>
}

/**
 * The documents in an order in which what a correlation names comes before it. A correlation that reaches itself is
 * reported with the whole path (`sigma/cycle`). No recursion: chains may be long.
 */
export function orderByDependency(registry: Registry, diagnostics: Diagnostic[]): DependencyOrder {
  const ordered: Registered[] = []
  const circular = new Set<Registered>()
  const state = new Map<Registered, 'open' | 'done'>()
  for (const start of registry.all) {
    if (state.has(start)) continue
    state.set(start, 'open')
    const path = [{ of: start, next: 0 }]
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const reference = top.of.names[top.next++]
      if (reference === undefined) {
        path.pop()
        state.set(top.of, 'done')
        ordered.push(top.of)
        continue
      }
      const target = registry.find(reference.text)
      if (target === undefined || state.get(target) === 'done') continue
      if (state.get(target) === undefined) {
        state.set(target, 'open')
        path.push({ of: target, next: 0 })
        continue
      }
      const loop = path.slice(path.findIndex((one) => one.of === target)).map((one) => one.of)
      for (const one of loop) circular.add(one)
      const way = [...loop, target].map((one) => one.name ?? one.identity).join(' -> ')
      const hint = 'let one of them name a rule that is not in the circle'
      diagnostics.push(error('sigma/cycle', `a correlation reaches itself: ${way}`, reference.span, { hint }))
    }
  }
  return { ordered, circular }
}

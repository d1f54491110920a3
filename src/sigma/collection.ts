import { error, type Diagnostic } from '../diagnostic/diagnostic.ts'
import type { Source } from '../diagnostic/source.ts'
import { didYouMean } from '../diagnostic/suggest.ts'
import { parseYaml, type Entry, type MapNode, type Node } from '../diagnostic/yaml.ts'

/** Attributes that `global` and `repeat` may copy in one file. */
const MOST_COPIES = 100_000

/**
 * The rule documents of one file. `action: global` adds to what every later document has, `action: reset` forgets it,
 * `action: repeat` takes the document before and changes it. A document without a root was already reported.
 */
export function parseCollection(source: Source): { documents: MapNode[]; diagnostics: Diagnostic[] } {
  const { documents: trees, diagnostics } = parseYaml(source)
  const documents: MapNode[] = []
  let shared: MapNode | undefined
  let previous: MapNode | undefined
  let copies = 0
  for (const { root, span } of trees) {
    if (root === undefined) continue
    if (root.kind !== 'map') {
      diagnostics.push(error('sigma/wrong-type', 'a Sigma document must be a map', root.span))
      continue
    }
    const action = root.entries.find((entry) => entry.key.text === 'action')
    const own = action ? { ...root, entries: root.entries.filter((entry) => entry !== action) } : root
    const base = action && textOf(action.value) === 'repeat' ? previous : shared
    copies += base?.entries.length ?? 0
    if (copies > MOST_COPIES) {
      diagnostics.push(error('sigma/too-large', 'global attributes are copied too often in this file', span))
      break
    }
    switch (action && textOf(action.value)) {
      case undefined:
        documents.push((previous = merge(base, own)))
        break
      case 'global':
        shared = merge(shared, own)
        break
      case 'reset':
        shared = undefined
        break
      case 'repeat':
        if (previous) documents.push((previous = merge(previous, own)))
        else diagnostics.push(error('sigma/action', 'there is no document to repeat', action?.value.span))
        break
      default: {
        const hint = didYouMean(textOf(action?.value) ?? '', ['global', 'reset', 'repeat'])
        diagnostics.push(error('sigma/action', 'not an action of Sigma', action?.value.span, { hint }))
      }
    }
  }
  return { documents, diagnostics }
}

function textOf(node: Node | undefined): string | undefined {
  return node === undefined ? undefined : node.kind === 'scalar' ? node.text : ''
}

/** Attribute by attribute, maps inside one another; the later document wins and gives the place. */
function merge(base: MapNode | undefined, own: MapNode): MapNode {
  if (base === undefined) return own
  const merged = new Map<string, Entry>(base.entries.map((entry) => [entry.key.text, entry]))
  for (const entry of own.entries) {
    const before = merged.get(entry.key.text)?.value
    const value = before?.kind === 'map' && entry.value.kind === 'map' ? merge(before, entry.value) : entry.value
    merged.set(entry.key.text, { key: entry.key, value })
  }
  return { kind: 'map', span: own.span, entries: [...merged.values()] }
}

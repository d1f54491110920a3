import type { JsonObject } from '../../../event/field.ts'
import { FRAMEWORKS } from '../../control/framework.ts'
import type { Allowed } from '../../risk/allowed.ts'
import type { Evidence } from '../model.ts'
import { controlId, head, listed, property } from './document.ts'
import { uuidOf } from './uuid.ts'

/** Services and tasks as components, each with what it may do, and the controls that watching it serves. */
export function componentDefinition(evidence: Evidence): JsonObject {
  const holders = new Map<string, Allowed[]>()
  for (const each of evidence.history.allowed) holders.set(each.holder, [...(holders.get(each.holder) ?? []), each])
  const components = [...holders].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, own]) => component(name, own))
  return { 'component-definition': { ...head(evidence, 'Allowed capabilities'), ...listed('components', components) } }
}

function component(name: string, own: readonly Allowed[]): JsonObject {
  const [first] = own
  const service = first?.by === 'service'
  return {
    uuid: uuidOf('component', name),
    type: service ? 'service' : 'process-procedure',
    title: name,
    description: `${service ? 'Services of this baseline' : 'Runs of this task'} may do what is listed, and what they do is watched.`,
    props: own.flatMap(({ id, capabilities, risks }) => [
      ...capabilities.map((each) => ({ ...property('capability-allowed', each), class: propertyClass(id) })),
      ...risks.map((each) => ({ ...property('risk', each), class: propertyClass(id) })),
    ]),
    'control-implementations': FRAMEWORKS.map(({ id, title, controls }) => ({
      uuid: uuidOf('implementation', name, id),
      source: `#${uuidOf('framework', id)}`,
      description: title,
      'implemented-requirements': controls.map((control) => ({
        uuid: uuidOf('requirement', name, id, control.id),
        'control-id': controlId(control),
        description: `${control.title}: ${control.strength} evidence (${control.evidence.join(', ')})`,
      })),
    })),
  }
}

/** A class is one word. */
function propertyClass(id: string): string {
  return id.replace(/[^\w.-]/g, '_')
}

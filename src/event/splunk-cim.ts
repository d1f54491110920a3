import type { Action } from './action.ts'

/** A data model of Splunk's Common Information Model (CIM), as far as our events belong to it. */
interface Model {
  readonly eventtype: string
  /** An event that carries all of them belongs to the model. */
  readonly tags: readonly string[]
  /** What else the events are searched by. */
  readonly only?: string
  /** What the model calls the use: its field `action`. */
  readonly actions: Readonly<Partial<Record<Action, string>>>
  /** Fields of the model → an eval expression over the names of our events. */
  readonly fields: Readonly<Record<string, string>>
}

const allowed = 'if(\'event.outcome\'=="failure", "blocked", "allowed")'

const anyEvent = {
  vendor_product: '"detpack"',
  dvc: "'host.name'",
  user: "'user.name'",
  user_id: "'user.id'",
}

const ofProcess = {
  os: '"Linux"',
  process_id: "'process.pid'",
  process_guid: "'process.entity_id'",
  process_name: "'process.name'",
  process_path: "'process.executable'",
  process_exec: "'process.name'",
  parent_process_id: "'process.parent.pid'",
  parent_process_guid: "'process.parent.entity_id'",
  parent_process_name: "'process.parent.name'",
  parent_process_path: "'process.parent.executable'",
}

/** The models and which of our actions belong to them; the one place from which Splunk's settings for CIM are made. */
export const cimModels: Readonly<Record<string, Model>> = {
  'Endpoint.Processes': {
    eventtype: 'detpack_process_start',
    tags: ['process', 'report'],
    actions: { process_exec: allowed },
    fields: {
      ...anyEvent,
      ...ofProcess,
      process: "'process.command_line'",
      process_current_directory: "'process.working_directory'",
    },
  },
  'Endpoint.Filesystem': {
    eventtype: 'detpack_file',
    tags: ['endpoint', 'filesystem'],
    // The model knows what was done and not what was tried.
    only: 'NOT event.outcome=failure',
    actions: {
      file_read: '"read"',
      file_write: '"modified"',
      file_create: '"created"',
      file_delete: '"deleted"',
      file_rename: '"modified"',
      file_attribute: '"acl_modified"',
    },
    fields: {
      ...anyEvent,
      ...ofProcess,
      file_path: "'file.path'",
      file_name: "'file.name'",
      file_acl: "'file.mode'",
      file_size: "'file.size'",
    },
  },
  'Network_Traffic.All_Traffic': {
    eventtype: 'detpack_connection',
    tags: ['network', 'communicate'],
    actions: { network_connect: allowed, network_accept: allowed },
    fields: {
      ...anyEvent,
      app: "'process.name'",
      transport: "'network.transport'",
      src: "'source.ip'",
      src_ip: "'source.ip'",
      src_port: "'source.port'",
      dest_ip: "'destination.ip'",
      dest_port: "'destination.port'",
      direction: 'case(\'network.direction\'=="egress", "outbound", \'network.direction\'=="ingress", "inbound")',
      process_id: "'process.pid'",
    },
  },
  'Change.All_Changes': {
    eventtype: 'detpack_change',
    tags: ['change'],
    actions: {
      privilege_change: '"modified"',
      namespace_change: '"modified"',
      mount: '"modified"',
      module_load: '"created"',
      bpf_use: '"created"',
      audit_change: '"modified"',
    },
    fields: {
      ...anyEvent,
      change_type: "'event.action'",
      command: "'process.name'",
      object: "coalesce('file.path', 'process.name')",
      object_category: "mvindex('event.category', 0)",
      object_id: "coalesce('detpack.object.id', 'process.entity_id')",
      result: "coalesce('event.reason', 'event.outcome')",
      status: "'event.outcome'",
      src: "'host.name'",
    },
  },
}

/** The events of each model, by sourcetype and action. */
export function emitEventtypes(sourcetypes: readonly string[]): string {
  const from = sourcetypes.map((sourcetype) => `sourcetype="${sourcetype}"`).join(' OR ')
  const stanzas = Object.entries(cimModels).map(([name, { eventtype, actions, only }]) => {
    const terms = Object.keys(actions).map((action) => `event.action=${action}`)
    return `# ${name}\n[${eventtype}]\nsearch = (${from}) (${terms.join(' OR ')})${only === undefined ? '' : ` ${only}`}\n`
  })
  return `${GENERATED}\n${stanzas.join('\n')}`
}

export function emitTags(): string {
  const stanzas = Object.entries(cimModels).map(([name, { eventtype, tags }]) => {
    return `# ${name}\n[eventtype=${eventtype}]\n${tags.map((tag) => `${tag} = enabled\n`).join('')}`
  })
  return `${GENERATED}\n${stanzas.join('\n')}`
}

/** Lines for a sourcetype in props.conf: each field of a model, calculated. One field serves all models that have it. */
export function emitCalculatedFields(): string {
  const fields = new Map<string, string>()
  for (const model of Object.values(cimModels))
    for (const [name, expression] of Object.entries(model.fields)) fields.set(name, expression)
  fields.set(
    'action',
    byAction(({ actions }, action) => actions[action]),
  )
  // Of a connection it is the other end, else the machine that the event is about.
  fields.set(
    'dest',
    "case('event.action'==\"network_connect\" OR 'event.action'==\"network_accept\", coalesce('destination.domain', 'destination.ip'), true(), 'host.name')",
  )
  // Where models disagree, the action decides.
  fields.set(
    'src',
    byAction(({ fields: own }) => own.src),
  )
  return [...fields]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, expression]) => `EVAL-${name} = ${expression}\n`)
    .join('')
}

/** An expression for each action of each model; null on other events. */
function byAction(of: (model: Model, action: Action) => string | undefined): string {
  const cases = Object.values(cimModels).flatMap((model) => {
    const actions = Object.keys(model.actions) as Action[]
    return actions.flatMap((action) => {
      const expression = of(model, action)
      return expression === undefined ? [] : [`'event.action'=="${action}", ${expression}`]
    })
  })
  return `case(${cases.join(', ')})`
}

const GENERATED = '# Generated from src/event/splunk-cim.ts: run scripts/generate-mappings.mjs after a change of it.\n'

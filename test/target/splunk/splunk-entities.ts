import { listed, single, told, type Answer, type Entry } from './splunk-answers.ts'

export interface Stored {
  readonly name: string
  /** As in the configuration file: texts. */
  readonly settings: Record<string, string>
  acl: { app: string; owner: string; sharing: string; read: string[]; write: string[]; removable: boolean }
}

/** A kind of object that an app keeps by name in a configuration file. */
export interface Shelf {
  readonly what: 'saved search' | 'macro' | 'lookup'
  readonly stored: Map<string, Stored>
}

const BOOLEANS = new Set([
  'disabled',
  'is_scheduled',
  'is_visible',
  'realtime_schedule',
  'alert.digest_mode',
  'alert.suppress',
  'alert.track',
  'action.email',
  'action.email.sendresults',
  'run_on_startup',
])
const NUMBERS = new Set(['alert.severity', 'max_concurrent', 'dispatch.max_count', 'dispatch.ttl_seconds'])

/** What Splunk fills in where a saved search says nothing. */
const DEFAULTS: Readonly<Record<string, string>> = {
  'action.email': '0',
  'action.email.sendresults': '0',
  'action.email.ttl': '86400',
  'action.notable.param.verbose': '0',
  'action.risk.param.verbose': '0',
  actions: '',
  'alert.digest_mode': '1',
  'alert.expires': '24h',
  'alert.severity': '3',
  'alert.suppress': '0',
  'alert.suppress.period': '',
  'alert.track': '0',
  alert_comparator: '',
  alert_condition: '',
  alert_threshold: '',
  alert_type: 'always',
  allow_skew: '0',
  cron_schedule: '',
  description: '',
  disabled: '0',
  'dispatch.earliest_time': '',
  'dispatch.index_earliest': '',
  'dispatch.index_latest': '',
  'dispatch.latest_time': '',
  'dispatch.max_count': '500000',
  'dispatch.ttl': '2p',
  is_scheduled: '0',
  is_visible: '1',
  max_concurrent: '1',
  realtime_schedule: '1',
  'request.ui_dispatch_app': '',
  run_on_startup: '0',
  schedule_priority: 'default',
  schedule_window: '0',
}

export interface EntityRequest {
  readonly method: string
  readonly app: string
  readonly name: string | undefined
  readonly below: string | undefined
  readonly query: URLSearchParams
  readonly form: URLSearchParams
}

export function entityAnswer(shelf: Shelf, asked: EntityRequest): Answer {
  const { method, app, name, below, query, form } = asked
  // What other apps share is listed in each of them.
  if (name === undefined && method === 'GET') {
    const seen = [...shelf.stored.values()].filter((each) => each.acl.app === app || each.acl.sharing === 'global')
    return listed(
      seen.map((each) => entryOf(shelf, each)),
      query,
    )
  }
  if (name === undefined) return create(shelf, app, form)
  const stored = shelf.stored.get(`${app} ${name}`)
  if (stored === undefined) return told(404, `Could not find object id=${name}`)
  if (below === 'acl') return access(shelf, stored, method, form)
  if (method === 'DELETE') {
    if (!stored.acl.removable) return told(400, `Cannot remove object id=${name}: it is not removable`)
    shelf.stored.delete(`${app} ${name}`)
    return listed([], query)
  }
  if (method === 'GET') return single(entryOf(shelf, stored))
  if (form.has('name')) return told(400, 'Argument "name" is not supported by this handler.')
  const wrong = whyWrong(form)
  if (wrong !== undefined) return wrong
  set(stored, form)
  return single(entryOf(shelf, stored))
}

function create(shelf: Shelf, app: string, form: URLSearchParams): Answer {
  const name = form.get('name') ?? ''
  if (name === '') return told(400, 'Cannot perform action "POST" without a target name to act on.')
  if (shelf.stored.has(`${app} ${name}`)) {
    const end = shelf.what !== 'saved search' ? '' : ` A ${shelf.what} with that name already exists.`
    return told(409, `Unable to create ${shelf.what} with name '${name}'.${end}`)
  }
  const wrong = whyWrong(form)
  if (wrong !== undefined) return wrong
  const acl = { app, owner: 'nobody', sharing: 'app', read: ['*'], write: ['admin', 'power'], removable: true }
  const stored: Stored = { name, settings: {}, acl }
  set(stored, form)
  shelf.stored.set(`${app} ${name}`, stored)
  return single(entryOf(shelf, stored), 201)
}

function set(stored: Stored, form: URLSearchParams): void {
  for (const [key, value] of form)
    // A configuration file keeps no blanks at the ends of a value.
    if (key !== 'name' && key !== 'output_mode') stored.settings[key] = value.trim()
}

function whyWrong(form: URLSearchParams): Answer | undefined {
  const cron = form.get('cron_schedule')
  if (cron !== null && cron !== '' && cron.trim().split(/\s+/).length !== 5)
    return told(400, `Invalid cron_schedule="${cron}"`)
  if (form.get('is_scheduled') === '1' && form.get('cron_schedule') === '')
    return told(400, 'A scheduled search needs a cron_schedule')
  return undefined
}

/** Other encodings than a form are answered with success, and change nothing: then the form is empty here. */
function access(shelf: Shelf, stored: Stored, method: string, form: URLSearchParams): Answer {
  if (method === 'POST' && form.size > 0) {
    const sharing = form.get('sharing') ?? ''
    if (!['user', 'app', 'global'].includes(sharing)) return told(400, `Invalid value for sharing: "${sharing}"`)
    const list = (key: string, before: string[]): string[] =>
      form.has(key) ? (form.get(key) ?? '').split(',').filter((each) => each !== '') : before
    stored.acl = {
      ...stored.acl,
      owner: form.get('owner') ?? stored.acl.owner,
      sharing,
      read: list('perms.read', stored.acl.read),
      write: list('perms.write', stored.acl.write),
    }
  }
  return single(entryOf(shelf, stored))
}

function entryOf({ what }: Shelf, { name, settings, acl }: Stored): Entry {
  const filled = what !== 'saved search' ? settings : { ...DEFAULTS, ...settings }
  const typed = Object.entries(filled).map(([key, value]) => [key, typedValue(key, value)] as const)
  const { app, owner, sharing, read, write, removable } = acl
  return {
    name,
    acl: { app, owner, sharing, perms: { read, write }, removable, modifiable: true, can_write: true },
    content: {
      ...Object.fromEntries(typed),
      'eai:acl': null,
      'eai:appName': app,
      ...(what !== 'saved search'
        ? {}
        : { qualifiedSearch: `search  ${settings['search'] ?? ''}`, next_scheduled_time: '' }),
    },
  }
}

function typedValue(key: string, value: string): unknown {
  if (BOOLEANS.has(key) && /^(0|1|true|false)$/i.test(value)) return /^(1|true)$/i.test(value)
  return NUMBERS.has(key) && /^\d+$/.test(value) ? Number(value) : value
}

import type { Json } from '../../event/field.ts'
import type { RegexFlags } from '../../ir/predicate.ts'
import { refusalOf } from '../../ir/regex/compile.ts'
import { by, count, list, map, number, orNull, record, text, truth, word } from '../shape.ts'
import type { Shape } from '../shape.ts'

// The IR as `localRule` writes it: without places, maps as objects. A round trip over all rules of the pack holds it to
// `src/ir`.

const pattern = list(
  by('kind', {
    text: record({ kind: word(['text']), text }),
    any: record({ kind: word(['any']) }),
    one: record({ kind: word(['one']) }),
  }),
)

const order = word(['lt', 'lte', 'gt', 'gte'])

const flags = record({ ignoreCase: truth, multiline: truth, dotAll: truth })

/** One that does not compile would be told of too late. */
const regex: Shape<{ readonly is: 'regex' }> = (value, at) => {
  const wrong = record({ is: word(['regex']), source: text, flags })(value, at)
  if (wrong !== undefined) return wrong
  const { source, flags: given } = value as unknown as { source: string; flags: RegexFlags }
  return refusalOf(source, given) === undefined ? undefined : `${at}.source is no regular expression`
}

const valueTest = by<'is', { readonly is: string }>('is', {
  text: record({ is: word(['text']), pattern, cased: truth }),
  number: record({ is: word(['number']), value: number }),
  boolean: record({ is: word(['boolean']), value: truth }),
  null: record({ is: word(['null']) }),
  exists: record({ is: word(['exists']), present: truth }),
  order: record({ is: word(['order']), operator: order, value: number }),
  cidr: record({ is: word(['cidr']), network: text }),
  regex,
  field: record({
    ...{ is: word(['field']), other: text, cased: truth },
    relation: word(['equals', 'startswith', 'endswith', 'contains']),
  }),
  'time-part': record({
    ...{ is: word(['time-part']), value: number },
    part: word(['minute', 'hour', 'day', 'week', 'month', 'year']),
  }),
})

const subject = by<'kind', { readonly kind: string }>('kind', {
  field: record({ kind: word(['field']), name: text }),
  message: record({ kind: word(['message']) }),
})

interface Op {
  readonly op: string
}

const test = record({ op: word(['test']), subject, test: valueTest })

/** It nests, and so does what looks at it. */
function predicate(value: Json | undefined, at: string): string | undefined {
  return anyPredicate(value, at)
}
const several = record({ op: word(['all', 'any']), of: list<Op>(predicate) })
const negated = record({ op: word(['not']), of: predicate })
const anyPredicate = by<'op', Op>('op', { all: several, any: several, not: negated, test })

const header = {
  ...{ id: text, name: orNull(text), title: text, description: orNull(text) },
  status: orNull(word(['stable', 'test', 'experimental', 'deprecated', 'unsupported'])),
  level: orNull(word(['informational', 'low', 'medium', 'high', 'critical'])),
  ...{ author: orNull(text), date: orNull(text), modified: orNull(text) },
  ...{ tags: list(text), references: list(text), falsepositives: list(text), fields: list(text) },
  governance: record({
    ...{ version: orNull(number), risk: list(text), grant: orNull(text) },
    triage: list(record({ ask: text, run: orNull(text) })),
    accept: list(record({ language: text, node: text, why: text, until: text })),
  }),
  alone: truth,
}

const eventRule = record({
  ...{ kind: word(['event']), ...header, where: predicate },
  logsource: record({
    ...{ category: orNull(text), product: orNull(text), service: orNull(text), definition: orNull(text) },
  }),
})

const use = record({ rule: text })
const duration = count

const absence = by<'where', { readonly where: string; readonly rule: string }>('where', {
  between: record({ where: word(['between']), rule: text, after: count }),
  before: record({ where: word(['before']), rule: text, within: orNull(duration) }),
  after: record({ where: word(['after']), rule: text, within: orNull(duration) }),
})

const stepField = record({ step: count, field: text })

const bounds = list(record({ operator: word(['gt', 'gte', 'lt', 'lte', 'eq', 'neq']), value: number }))

function presence(value: Json | undefined, at: string): string | undefined {
  return anyPresence(value, at)
}
const severalRules = record({ op: word(['all', 'any']), of: list<Op>(presence) })
const absentRules = record({ op: word(['not']), of: presence })
const presentRule = record({ op: word(['rule']), rule: text })
const countOfRules = record({ op: word(['count']), bounds })
const anyPresence = by<'op', Op>('op', {
  ...{ all: severalRules, any: severalRules, not: absentRules, rule: presentRule, count: countOfRules },
})

const measure = by<'of', { readonly of: string }>('of', {
  distinct: record({ of: word(['distinct']) }),
  sum: record({ of: word(['sum']) }),
  average: record({ of: word(['average']) }),
  median: record({ of: word(['median']) }),
  percentile: record({ of: word(['percentile']), rank: number }),
})

const ordered = record({
  type: word(['ordered']),
  steps: list(record({ rule: text, as: text, within: orNull(duration) })),
  joins: list(record({ left: stepField, right: stepField })),
  unless: list(absence),
  until: orNull(use),
})
const unordered = record({ type: word(['unordered']), of: list(use), condition: presence })
const counted = record({ type: word(['count']), of: list(use), bounds })
const valued = record({ type: word(['value']), of: list(use), measure, fields: list(text), bounds })

type Made<S> = S extends Shape<infer T> ? T : never
type Body = Made<typeof ordered> | Made<typeof unordered> | Made<typeof counted> | Made<typeof valued>

const correlation = record({
  ...{ kind: word(['correlation']), ...header, guard: predicate, timespan: duration },
  body: by<'type', Body>('type', { ordered, unordered, count: counted, value: valued }),
  group: list(record({ name: text, fieldOf: map(text) })),
})

export type EventMeaning = Made<typeof eventRule>
export type CorrelationMeaning = Made<typeof correlation>
export type Meaning = EventMeaning | CorrelationMeaning

/** A rule and the rules that it stands on. */
export const meaningShape: Shape<readonly Meaning[]> = list(
  by<'kind', Meaning>('kind', { event: eventRule, correlation }),
)

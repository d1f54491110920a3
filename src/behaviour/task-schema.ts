import { PARAMETER_KINDS } from '../event/binding.ts'
import type { JsonObject } from '../event/field.ts'
import { OBJECT_KINDS, ORIGINS } from '../event/own-field.ts'
import { schemaFields } from '../event/schema.ts'
import { formatDuration } from '../ir/duration.ts'
import { LEVELS } from './decode-grant.ts'
import { NAME, SOCKET, TASK_NAME, UNIT } from './reading.ts'
import { CAPABILITIES, COUNTED, JOINS, ONLY_TO_WITHIN } from './task.ts'

/**
 * The JSON Schema of a task file, for editors: names of keys, their words and their closed lists. It takes and refuses
 * what the reader does, but for what only the whole file or the pack can tell (a host that is not there).
 */
export function emitTaskSchema(): JsonObject {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'detpack task',
    description: 'A file in rules/tasks: what an agent or a service was asked to do, and what it may use for that.',
    ...map(['name', 'purpose', 'grants'], {
      name: pattern(TASK_NAME, 'The label on events (detpack.task.name).'),
      purpose: text('One or two sentences for the person who reviews it.'),
      agent: text('gen_ai.agent.name, or the service that runs the task.'),
      owner: text('The role that answers for it.'),
      extends: text('A task whose hosts, parameters, grants and chains this one takes over and overrides by name.'),
      unit: pattern(UNIT, 'The systemd unit whose processes are of this task.'),
      applies_to: { const: 'undeclared', description: 'The processes that no task of the pack is of.' },
      otherwise: words(['alert', 'allow'], 'What a use that needs a grant and has none is; alert unless undeclared.'),
      deny: oneOrMore(words(CAPABILITIES), 'Capabilities of which every use needs a grant.'),
      parameters: maps(['name', 'kind'], {
        name: pattern(NAME, 'Bound at the start: detpack run --bind NAME=VALUE.'),
        kind: words(PARAMETER_KINDS),
        optional: { type: 'boolean', description: 'A run may start without it.' },
        why: text('For the person who reviews it.'),
      }),
      hosts: {
        type: 'array',
        items: {
          ...map(['name'], {
            name: pattern(NAME, 'Grants name it.'),
            network: text('CIDR; an event knows addresses, not names.'),
            port: { type: 'integer', minimum: 1, maximum: 65535, description: 'Without it, every port.' },
            socket: pattern(SOCKET, 'Instead of a network: the UNIX socket of a helper on this host.'),
            why: text('For the person who reviews it.'),
          }),
          oneOf: [{ required: ['network'] }, { required: ['socket'], not: { required: ['port'] } }],
        },
      },
      grants: { type: 'array', items: { ...map(['id', 'capability'], GRANT), dependentSchemas: NEEDED } },
      chains: maps(['id', 'steps'], {
        id: pattern(NAME),
        steps: {
          type: 'array',
          description: 'Grants in order; a later one without the one before it in time is out of order.',
          prefixItems: [{ anyOf: [{ type: 'string' }, map(['grant'], { grant: text() })] }],
          items: map(['grant', 'within'], { grant: text(), within: DURATION }),
          not: { minItems: 1, maxItems: 1 },
        },
      }),
      risk: texts('Risks of rules/risks that the grants answer unless they say otherwise.'),
      tags: texts('ATT&CK tags, the same.'),
      todo: texts('What a draft could not know; check lists it.'),
    }),
    $defs: { field: words(schemaFields.map(({ name }) => name)) },
  }
}

/** The generated file: its path in the repository, and its text. */
export function taskSchemaFile(): readonly [string, string] {
  return ['mappings/task.schema.json', `${JSON.stringify(emitTaskSchema(), null, 2)}\n`]
}

const DURATION: JsonObject = {
  type: 'string',
  pattern: '^[1-9][0-9]*(ms|s|m|h|d)$',
  description: 'A whole number and ms, s, m, h or d.',
}

const TARGET: Readonly<Record<string, JsonObject>> = {
  class: texts('Classes of rules/resources.yml; an empty list: objects of no class.'),
  path: texts('/a/file, /a/directory/, **/name, **/*.suffix, /a/directory/**/name; ~/ for each home.'),
  parameter: texts('What a parameter was bound to.'),
  hosts: texts('Hosts of the task, parameters of kind host, or elsewhere, anywhere, loopback.'),
  kind: oneOrMore(words(OBJECT_KINDS), 'Kinds of objects.'),
  link_of: texts('What a new name is a link to, or what was renamed was called before: patterns as of path.'),
}

const ON = map([], { ...TARGET, except: oneOrMore(map([], TARGET), 'What is not meant: what any of these means.') })
const CAPABILITY = oneOrMore(words(CAPABILITIES), 'event.action; file_read stands for reading and mapping.')
const BY = words(
  JOINS,
  'What both uses have in common; unless said, the object where it is followed, else the run. data: what the process holds; name: the path.',
)

const VALUE: JsonObject = { type: ['string', 'number', 'boolean'] }

const OTHER_USE = map(['capability', 'within'], {
  capability: CAPABILITY,
  on: ON,
  to: texts('The same as on: {hosts: …}.'),
  when_not: valuesOfFields('Fields of the event and values: a use with one of them does not count.'),
  within: DURATION,
  by: BY,
})

const COUNT: JsonObject = { type: 'integer', minimum: 0 }

const GRANT: Readonly<Record<string, JsonObject>> = {
  id: pattern(NAME, 'Rules name it as TASK/ID.'),
  clause: text('The grant in words, as an alert prints it; made from the grant unless given.'),
  capability: CAPABILITY,
  on: ON,
  when: valuesOfFields('Fields of the event and the values that they may have.'),
  when_not: valuesOfFields('Fields of the event and the values that none of them may have.'),
  or_after: { ...OTHER_USE, description: 'Where such a use came before, when and when_not need not hold.' },
  only_from: oneOrMore(words(ORIGINS), 'How the process got the descriptor.'),
  only_to: {
    description: `Where it may be sent, and what was read may go within the time (${formatDuration(ONLY_TO_WITHIN)} unless given).`,
    anyOf: [...oneOrMore({ type: 'string' }).anyOf, map(['hosts'], { hosts: texts(), within: DURATION })],
  },
  unless: oneOrMore(OTHER_USE, 'The grant is broken when such a use follows.'),
  only_after: oneOrMore(OTHER_USE, 'The grant is broken where no such use came before.'),
  only_before: oneOrMore(OTHER_USE, 'The grant is broken where no such use comes after.'),
  at_most: oneOrMore(
    {
      anyOf: [
        map(['count', 'per'], { count: COUNT, of: words(COUNTED, 'uses unless given.'), per: DURATION, by: BY }),
        map(['count', 'of', 'per'], { count: COUNT, of: { const: 'bytes' }, per: { const: 'use' } }),
      ],
    },
    'The grant is broken by more than that; per use: by one use.',
  ),
  level: words(LEVELS, 'Of its alerts.'),
  risk: texts('Risks of rules/risks.'),
  tags: texts('ATT&CK tags.'),
}

/** What need not hold must be there. */
const NEEDED: JsonObject = { or_after: { anyOf: [{ required: ['when'] }, { required: ['when_not'] }] } }

function valuesOfFields(description: string): JsonObject {
  return {
    type: 'object',
    description,
    propertyNames: { $ref: '#/$defs/field' },
    additionalProperties: { anyOf: [VALUE, { type: 'array', minItems: 1, items: VALUE }] },
  }
}

function map(required: readonly string[], properties: Readonly<Record<string, JsonObject>>): JsonObject {
  return {
    type: 'object',
    ...(required.length > 0 && { required: [...required] }),
    additionalProperties: false,
    properties,
  }
}

function maps(required: readonly string[], properties: Readonly<Record<string, JsonObject>>): JsonObject {
  return { type: 'array', items: map(required, properties) }
}

/** YAML reads an unquoted 8080 or true as no text; as a name it is one all the same. */
function text(description?: string): JsonObject {
  return { type: ['string', 'number', 'boolean'], ...(description !== undefined && { description }) }
}

function texts(description?: string): JsonObject {
  return { ...oneOrMore(text()), ...(description !== undefined && { description }) }
}

function pattern(form: RegExp, description?: string): JsonObject {
  return {
    type: ['string', 'number', 'boolean'],
    pattern: form.source,
    ...(description !== undefined && { description }),
  }
}

function words(values: readonly string[], description?: string): JsonObject {
  return { enum: [...values], ...(description !== undefined && { description }) }
}

function oneOrMore(item: JsonObject, description?: string): JsonObject & { readonly anyOf: JsonObject[] } {
  return { anyOf: [item, { type: 'array', items: item }], ...(description !== undefined && { description }) }
}

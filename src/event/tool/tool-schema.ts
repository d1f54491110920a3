import type { JsonObject } from '../field.ts'
import { LOG_FIELDS, TOOL_CAPABILITIES } from './tool.ts'

/** The JSON Schema of a file of tools, for editors. */
export function emitToolSchema(): JsonObject {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'detpack tools',
    description: 'What tools of agents use, by their arguments, and where the log of an agent says what.',
    ...map(['version'], {
      version: { const: 1 },
      tools: {
        type: 'array',
        items: map(['tool', 'uses'], {
          tool: texts('The name, or names, that the tool is called by.'),
          server: texts('Names of servers that offer it; without any, whoever does.'),
          open: { type: 'boolean', description: 'Its arguments do not say all that it does, such as of a shell.' },
          uses: { type: 'array', items: use(), description: 'None: it uses nothing that matters.' },
        }),
      },
      servers: named('Names of servers in the log: what the tools call them.'),
      hosts: named('Names of hosts: their addresses. Rules know addresses.'),
      cwd: text('What relative paths are meant from; absolute.'),
      home: text('What ~/ stands for; absolute.'),
      log: map(['fields'], {
        fields: {
          ...map(
            ['time', 'tool'],
            Object.fromEntries(LOG_FIELDS.map((field) => [field, text('Dotted name in a line.')])),
          ),
          description: 'Where a line says what.',
        },
        only: lists('Field: the values that lines of calls have; other lines are none.'),
        succeeded: texts('Values of the outcome that mean success; any other means failure.'),
      }),
      own: {
        ...map([], {
          paths: texts('Patterns as of rules/resources.yml.'),
          hosts: texts('Addresses and networks (CIDR).'),
        }),
        description: 'What the agent does by itself, without a call: its own token, the host of its model.',
      },
    }),
  }
}

/** The generated file: its path in the repository, and its value. */
export const TOOL_SCHEMA_FILE = 'mappings/tools.schema.json'

function use(): JsonObject {
  const capability = { enum: Object.keys(TOOL_CAPABILITIES) }
  return map(['capability'], {
    capability: { oneOf: [capability, { type: 'array', items: capability, minItems: 1 }] },
    path: text('The argument with the path, dotted; a list gives one use for each item. A file: URL is a path too.'),
    from: text('Of a file_rename: the argument with the path before.'),
    kind: { enum: ['file', 'directory'] },
    url: text('The argument with the URL, or with host and port.'),
    at: text('The destination, where it is always the same: host:port.'),
    command: text('The argument with the command: a text or a list of words.'),
    program: text('The program, where it is always the same.'),
    data: text('The argument whose length is what is written or sent.'),
    when: lists('Argument: the values with which this is a use.'),
    unless: lists('Argument: the values with which this is none.'),
  })
}

function map(required: readonly string[], properties: JsonObject): JsonObject {
  return { type: 'object', additionalProperties: false, required: [...required], properties }
}

function text(description: string): JsonObject {
  return { type: 'string', description }
}

function texts(description: string): JsonObject {
  return { description, oneOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] }
}

function named(description: string): JsonObject {
  return { type: 'object', description, additionalProperties: { type: 'string' } }
}

function lists(description: string): JsonObject {
  return { type: 'object', description, additionalProperties: texts('One or more.') }
}

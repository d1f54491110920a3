import { escapeUnseen } from '../../diagnostic/yaml-text.ts'
import type { Draft, DraftGrant } from './draft.ts'

/** A draft as a task file, with what each grant was made from in a comment above it. */
export function renderDraft(draft: Draft, source: string): string {
  const { name, purpose, unit, deny, parameters, hosts, grants, todo } = draft
  return [
    `# A first draft, made from ${source}. What that could not know stands under todo: decide it, then take the line out.`,
    `name: ${text(name)}`,
    `purpose: ${text(purpose)}`,
    'owner: to be named',
    ...(unit === null ? [] : [`unit: ${text(unit)}`]),
    ...list(
      'parameters',
      parameters.flatMap((one) => [
        `  - name: ${text(one.name)}`,
        `    kind: ${one.kind}`,
        '    optional: true',
        `    why: ${text(one.why)}`,
      ]),
    ),
    ...list(
      'hosts',
      hosts.flatMap((one) => [
        `  - name: ${text(one.name)}`,
        `    network: ${text(one.network)}`,
        ...(one.port === null ? [] : [`    port: ${one.port}`]),
        `    why: ${text(one.why)}`,
      ]),
    ),
    ...(grants.length === 0 ? ['grants: []'] : ['grants:', ...grants.flatMap(grantLines)]),
    ...(deny.length === 0 ? [] : [`deny: [${deny.join(', ')}]`]),
    ...list(
      'todo',
      todo.map((one) => `  - ${text(one)}`),
    ),
    '',
  ].join('\n')
}

function grantLines({ id, capabilities, paths, parameters, hosts, from }: DraftGrant): string[] {
  const on = [...several('path', paths), ...several('parameter', parameters), ...several('hosts', hosts)]
  const [only] = capabilities
  return [
    ...from.map((each) => `  # ${each}`),
    `  - id: ${text(id)}`,
    `    capability: ${capabilities.length === 1 && only !== undefined ? only : `[${capabilities.join(', ')}]`}`,
    ...(on.length === 0 ? [] : ['    on:', ...on]),
  ]
}

function several(key: string, values: readonly string[]): string[] {
  return values.length === 0 ? [] : [`      ${key}:`, ...values.map((each) => `        - ${text(each)}`)]
}

function list(key: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`${key}:`, ...lines]
}

/** Words that YAML takes for something else, in one case or another (also YAML 1.1, which other readers speak). */
const WORD = /^(?:null|true|false|yes|no|on|off|y|n|~)$/i

/** A text as YAML: as it is where that can be nothing else, else in double quotes, of which JSON's are a part. */
function text(value: string): string {
  const plain = /^[A-Za-z/][A-Za-z0-9 ._/()=,;@+-]*$/.test(value) && !value.endsWith(' ') && !WORD.test(value)
  return plain ? value : escapeUnseen(JSON.stringify(value))
}

import type { HomePattern } from '../../event/resource.ts'
import { all, anyOf, field, type FieldName, type Predicate } from '../../ir/predicate.ts'
import { isOne } from '../field-test.ts'
import type { Destination } from './baseline.ts'
import { meaningOf, PLACEHOLDERS } from './shape.ts'

/** The path has one of these shapes. */
export function hasShape(name: FieldName, shapes: readonly string[], homes: readonly HomePattern[]): Predicate {
  const meanings = shapes.map((shape) => meaningOf(shape, homes))
  const flags = { ignoreCase: false, multiline: false, dotAll: true }
  return anyOf(
    isOne(
      name,
      meanings.flatMap(({ paths }) => paths),
    ),
    ...meanings.flatMap(({ expressions }) => expressions.map((source) => field(name, { is: 'regex', source, flags }))),
  )
}

/** The file is what one of these parameters was bound to, or its path has one of the shapes. */
export function isFile(shapes: readonly string[], homes: readonly HomePattern[]): Predicate {
  const bound = shapes.flatMap((shape) => boundIn(shape) ?? [])
  const paths = hasShape(
    'file.path',
    shapes.filter((shape) => boundIn(shape) === undefined),
    homes,
  )
  return bound.length === 0 ? paths : anyOf(isOne('detpack.object.binding', bound), paths)
}

/** `{document}`; what stands for a part of a path is none. */
function boundIn(shape: string): string | undefined {
  return PLACEHOLDERS.some((each) => each === shape) ? undefined : /^\{([^{}/]+)\}$/.exec(shape)?.[1]
}

/** The destination is one of these. */
export function isDestination(all: readonly Destination[]): Predicate {
  return anyOf(...all.map(isOneDestination))
}

function isOneDestination(of: Destination): Predicate {
  if (of.kind === 'bound') return isOne('detpack.destination.binding', [of.parameter])
  const { transport, address, port } = of
  const network = `${address}/${address.includes(':') ? 128 : 32}`
  return all(
    field('destination.ip', { is: 'cidr', network }),
    ...(port === null ? [] : [field('destination.port', { is: 'number', value: port })]),
    ...(transport === null ? [] : [isOne('network.transport', [transport])]),
  )
}

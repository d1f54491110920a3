import { didYouMean } from '../../../diagnostic/suggest.ts'
import type { Span } from '../../../diagnostic/source.ts'
import {
  computed,
  constant,
  isConstant,
  isNumber,
  isText,
  testOf,
  typeTitle,
  unknown,
  type Operand,
} from '../operand.ts'
import type { Scope } from '../scope.ts'
import { addressKey } from '../value/address.ts'
import { valueText, type Value } from '../value/value.ts'
import { arithmetic, ARITHMETIC_FUNCTIONS } from './arithmetic.ts'
import type { Call, EqlFunction, Parameter, ParameterType } from './function.ts'
import { functions, OTHER_FUNCTIONS } from './functions.ts'

/** A call as it is written, its arguments understood. */
export interface WrittenCall {
  readonly name: string
  /** Written with `~`. */
  readonly folds: boolean
  readonly args: readonly Operand[]
  readonly nameSpan: Span
  readonly span: Span
}

/** Null where an argument that must be there is null. */
export function callFunction(call: WrittenCall, scope: Scope): Operand {
  const { args, span } = call
  const lower = call.name.toLowerCase()
  const operator = call.folds ? undefined : ARITHMETIC_FUNCTIONS.get(lower)
  if (operator !== undefined) {
    const [left, right] = args
    if (left && right && args.length === 2) return arithmetic(operator, left, right, span, scope)
    scope.tell('eql/arguments', `${lower} takes two numbers, not ${args.length} arguments`, span)
    return unknown(span)
  }
  const found = functions.get(lower)
  if (!found || (call.folds && !found.folds)) {
    tellUnknown(call, found, scope)
    return unknown(span)
  }
  return checkArguments(found, call, scope) ? bind(found, call, scope) : unknown(span)
}

function tellUnknown({ name, nameSpan }: WrittenCall, found: EqlFunction | undefined, scope: Scope): void {
  if (found) {
    scope.tell(
      'eql/no-tilde',
      `${found.name} has no variant with "~"`,
      nameSpan,
      `write ${found.name}; those with one: ${foldable().join(', ')}`,
    )
    return
  }
  const other = OTHER_FUNCTIONS.get(name.toLowerCase())
  if (other !== undefined) scope.tell('eql/unsupported', `Elasticsearch has no function "${name}"`, nameSpan, other)
  else {
    const names = [...[...functions.values()].map((one) => one.name), ...ARITHMETIC_FUNCTIONS.keys()]
    scope.tell('eql/unknown-function', `there is no function "${name}"`, nameSpan, didYouMean(name, names))
  }
}

function foldable(): string[] {
  return [...functions.values()].filter((one) => one.folds).map((one) => one.name)
}

function checkArguments(of: EqlFunction, { args, span }: WrittenCall, scope: Scope): boolean {
  const least = of.parameters.filter((one) => one.optional !== true).length
  const most = of.many === true ? Infinity : of.parameters.length
  if (args.length < least || args.length > most) {
    const wanted = of.many === true ? `at least ${least}` : least === most ? String(least) : `${least} to ${most}`
    scope.tell(
      'eql/arguments',
      `${of.name} takes ${wanted} argument${wanted === '1' ? '' : 's'}, not ${args.length}: ${signature(of)}`,
      span,
    )
    return false
  }
  return args.map((arg, at) => checkArgument(of, parameterAt(of, at), arg, scope)).every(Boolean)
}

function checkArgument(of: EqlFunction, parameter: Parameter, arg: Operand, scope: Scope): boolean {
  if (arg.type === 'unknown') return false
  if (parameter.constant === true && !isConstant(arg)) {
    scope.tell(
      'eql/not-constant',
      `the ${parameter.name} of ${of.name} may not depend on the event`,
      arg.span,
      'write a text in double quotes',
    )
    return false
  }
  if (arg.type === 'null' || accepts(parameter.type, arg)) return true
  scope.tell(
    'eql/type-mismatch',
    `the ${parameter.name} of ${of.name} is ${PARAMETER_TITLES[parameter.type]}, and this is ${typeTitle(arg.type)}`,
    arg.span,
    parameter.type === 'text' ? 'string(…) makes a text of it' : undefined,
  )
  return false
}

function accepts(wanted: ParameterType, arg: Operand): boolean {
  switch (wanted) {
    case 'any':
      return true
    case 'text':
      return isText(arg.type)
    case 'number':
      return isNumber(arg.type)
    case 'whole':
      return arg.type === 'long' || arg.type === 'number'
    case 'truth':
      return arg.type === 'boolean'
    case 'address':
      // A text in an event may be one; only a schema could tell.
      return arg.type === 'ip' || (arg.field?.type === 'keyword' && !arg.field.declared)
  }
}

const PARAMETER_TITLES: Readonly<Record<ParameterType, string>> = {
  any: 'any value',
  text: 'a text',
  number: 'a number',
  whole: 'a whole number',
  truth: 'true or false',
  address: 'an address',
}

/** Prepares the call once; what a function cannot take is told. */
function bind(of: EqlFunction, written: WrittenCall, scope: Scope): Operand {
  const { args, span } = written
  const [first] = args
  const plain = first?.field !== undefined && args.slice(1).every(isConstant)
  const call: Call = {
    folding: !written.folds ? null : plain && ON_FIELDS.has(of.name) ? 'ascii' : 'unicode',
    constants: args.map((arg) => (isConstant(arg) ? arg.read() : undefined)),
    spans: args.map((arg) => arg.span),
    span,
  }
  const run = scope.try(() => of.prepare(call))
  if (!run) return unknown(span)
  const reads = args.map((arg, at) => reader(parameterAt(of, at), arg))
  const values: (Value | null)[] = args.map(() => null)
  const required = args.map((_, at) => parameterAt(of, at).optional !== true)
  const read = (): Value | null => {
    for (const [at, readOne] of reads.entries()) {
      const value = readOne()
      if (value === null && required[at] === true) return null
      values[at] = value
    }
    return run(values)
  }
  const rest = args.slice(1).map((arg) => (isConstant(arg) ? arg.read() : null))
  // True of a value of a field: then it need not be read as its current one.
  if (plain && of.result === 'boolean' && rest.every((value) => value !== null))
    return { ...testOf(first, (value) => run([argumentOf(of, first, value), ...rest]) === true, span) }
  return (
    scope.try(() =>
      args.some((arg) => !isConstant(arg)) ? computed(of.result, args, read, span) : constant(of.result, read(), span),
    ) ?? unknown(span)
  )
}

/** On a field these are questions to the index, which folds ASCII only; computed ones go through Java. */
const ON_FIELDS: ReadonlySet<string> = new Set(['startsWith', 'endsWith', 'stringContains'])

function reader(parameter: Parameter, arg: Operand): () => Value | null {
  if (parameter.type !== 'any' && parameter.type !== 'address') return arg.read
  return () => {
    const value = arg.read()
    return value === null ? null : converted(parameter.type, arg, value)
  }
}

function argumentOf(of: EqlFunction, arg: Operand, value: Value): Value | null {
  return converted(parameterAt(of, 0).type, arg, value)
}

function converted(wanted: ParameterType, arg: Operand, value: Value): Value | null {
  const { type } = arg
  if (type === 'null' || type === 'unknown') return null
  if (wanted === 'any') return valueText(value, type)
  return wanted === 'address' && type === 'keyword' ? (addressKey(String(value)) ?? null) : value
}

function parameterAt(of: EqlFunction, at: number): Parameter {
  const parameter = of.parameters[at] ?? of.parameters.at(-1)
  if (!parameter) throw new Error(`${of.name} takes arguments`)
  return parameter
}

function signature(of: EqlFunction): string {
  const names = of.parameters.map((one) => (one.optional === true ? `[${one.name}]` : one.name))
  return `${of.name}(${[...names, ...(of.many === true ? ['…'] : [])].join(', ')})`
}

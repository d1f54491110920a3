import type { Endpoint } from '../recording/node.ts'

/** One argument or result of a call, as strace prints it. */
export type Value =
  TextValue | WordValue | DescriptorValue | StructValue | ListValue | ApplyValue | ChangeValue | AddressValue

/** `"…"`, its escapes undone; bytes that are not UTF-8 become U+FFFD. `truncated`: strace cut it (`"…"...`). */
export interface TextValue {
  readonly kind: 'text'
  readonly text: string
  readonly truncated: boolean
}

/** A number, a name or an expression of flags, as it stands: `-1`, `0x10`, `NULL`, `O_RDONLY|O_CLOEXEC`, `1<<3`. */
export interface WordValue {
  readonly kind: 'word'
  readonly text: string
}

/** A descriptor with what -y or -yy says it is: `3</path>`, `AT_FDCWD</cwd>`. */
export interface DescriptorValue {
  readonly kind: 'descriptor'
  /** Null for AT_FDCWD. */
  readonly number: number | null
  /** Between the angle brackets, escapes undone, such as `/path` or `TCP:[…]`. */
  readonly shown: string
  /** A character or block device; strace shows its numbers after the path. */
  readonly device: boolean
  /** Its name was gone when the call was made. */
  readonly deleted?: true
}

/** `{a=1, b=2}`; what has no name is left out, and of a name that stands twice the first counts. */
export interface StructValue {
  readonly kind: 'struct'
  readonly fields: ReadonlyMap<string, Value>
}

/** `[a, b]`; also a set of signals or bits such as `[INT TERM]`. */
export interface ListValue {
  readonly kind: 'list'
  readonly items: readonly Value[]
}

/** `htons(443)`, `makedev(0x1, 0x3)`. */
export interface ApplyValue {
  readonly kind: 'apply'
  readonly name: string
  readonly args: readonly Value[]
}

/** `16 => 18`: what the kernel was given, and what it wrote. */
export interface ChangeValue {
  readonly kind: 'change'
  readonly before: Value
  readonly after: Value
}

/** The address of a socket, where the source tells it apart from the arguments. */
export interface AddressValue {
  readonly kind: 'address'
  readonly endpoint: Endpoint | undefined
}

/** The names of an expression of flags: `O_RDWR|0x10` gives `O_RDWR` and `0x10`. */
export function flagsOf(value: Value | undefined): readonly string[] {
  const text = value?.kind === 'word' ? value.text : ''
  return text === '' || text === '0' || text === 'NULL' ? [] : text.split('|').filter((flag) => flag !== '')
}

/** A whole number, decimal, octal or hexadecimal, that a double carries exactly; undefined for anything else. */
export function numberOf(value: Value | undefined): number | undefined {
  if (value?.kind === 'descriptor') return value.number ?? undefined
  if (value?.kind === 'change') return numberOf(value.after)
  if (value?.kind !== 'word') return undefined
  const text = value.text
  if (!/^-?(?:0x[0-9a-f]{1,14}|\d{1,16})$/i.test(text)) return undefined
  const negative = text.startsWith('-')
  const digits = negative ? text.slice(1) : text
  const size = /^0[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number(digits)
  if (!Number.isSafeInteger(size)) return undefined
  return negative ? -size : size
}

export function textOf(value: Value | undefined): string | undefined {
  return value?.kind === 'text' ? value.text : undefined
}

export function wordOf(value: Value | undefined): string | undefined {
  return value?.kind === 'word' ? value.text : undefined
}

/** What the kernel wrote, where strace shows both. */
export function afterOf(value: Value | undefined): Value | undefined {
  return value?.kind === 'change' ? value.after : value
}

export function fieldOf(value: Value | undefined, name: string): Value | undefined {
  const whole = afterOf(value)
  return whole?.kind === 'struct' ? whole.fields.get(name) : undefined
}

export function itemsOf(value: Value | undefined): readonly Value[] {
  const whole = afterOf(value)
  return whole?.kind === 'list' ? whole.items : []
}

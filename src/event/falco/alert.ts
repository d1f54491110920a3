import { parseMicros } from '../recording/told-time.ts'
import { told, toldObject, toldText, type ToldObject } from '../recording/told-json.ts'

/** One alert of Falco: which fields it has is what its rule and `append_output` ask for. */
export class FalcoAlert {
  readonly #fields: ToldObject | undefined
  readonly #alert: ToldObject
  #arguments: ReadonlyMap<string, string> | undefined

  constructor(alert: ToldObject) {
    this.#alert = alert
    this.#fields = toldObject(alert, 'output_fields')
  }

  get rule(): string {
    return toldText(this.#alert, 'rule') ?? ''
  }

  /** `syscall` unless a plugin says otherwise. */
  get source(): string {
    return toldText(this.#alert, 'source') ?? this.text('evt.source') ?? 'syscall'
  }

  get host(): string | undefined {
    return toldText(this.#alert, 'hostname') ?? this.text('evt.hostname')
  }

  /** Whole microseconds. The text has all digits; the number of nanoseconds is rounded by JSON. */
  get micros(): number | undefined {
    return parseMicros(toldText(this.#alert, 'time')) ?? microsOf(this.number('evt.time') ?? this.number('evt.rawtime'))
  }

  /** What the alert tells, whether as a text or a number; `<NA>` is nothing. */
  text(name: string): string | undefined {
    const value = told(this.#fields, name)
    if (typeof value === 'number' || typeof value === 'boolean') return String(value)
    return typeof value === 'string' && value !== '' && value !== '<NA>' ? value : undefined
  }

  /** Of the first field that the alert has. */
  first(...names: readonly string[]): string | undefined {
    for (const name of names) {
      const text = this.text(name)
      if (text !== undefined) return text
    }
    return undefined
  }

  /** A whole number; a time in nanoseconds is not exact. */
  number(name: string): number | undefined {
    const value = told(this.#fields, name)
    const number = typeof value === 'string' && /^-?\d{1,19}$/.test(value) ? Number(value) : value
    return typeof number === 'number' && Number.isInteger(number) ? number : undefined
  }

  /** An argument of the event: `evt.arg.flags`, or from `evt.args`, which has all as `name=value name=value`. */
  argument(name: string): string | undefined {
    for (const field of argumentFields(name)) {
      const own = this.text(field)
      if (own !== undefined) return own
    }
    this.#arguments ??= argumentsIn(this.text('evt.args') ?? '')
    return this.#arguments.get(name) || undefined
  }
}

/** Of 1970 and later, as far as RFC 3339 goes. */
function microsOf(nanos: number | undefined): number | undefined {
  if (nanos === undefined || nanos < 0 || nanos > 253_402_300_799e9) return undefined
  return Math.floor(nanos / 1000)
}

/** The fields that tell an argument: of the few names that are asked for, each list is made once. */
const fieldsOf = new Map<string, readonly string[]>()

function argumentFields(name: string): readonly string[] {
  let fields = fieldsOf.get(name)
  if (fields === undefined) {
    fields = [`evt.arg.${name}`, `evt.arg[${name}]`, `evt.rawarg.${name}`]
    fieldsOf.set(name, fields)
  }
  return fields
}

/** More arguments, and a longer text of them, are of no event. */
const MOST_ARGUMENTS = 66
const LONGEST_ARGUMENTS = 65_536

/** A value ends before the next ` name=`; numbers in brackets after it repeat it as a name. The first of each name. */
function argumentsIn(args: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  if (args.length > LONGEST_ARGUMENTS) return found
  for (const part of args.split(/ (?=[a-z_]{1,32}=)/, MOST_ARGUMENTS)) {
    const equals = part.indexOf('=')
    const name = part.slice(0, Math.max(0, equals))
    if (!found.has(name)) found.set(name, part.slice(equals + 1))
  }
  return found
}

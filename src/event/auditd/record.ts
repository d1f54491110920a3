import type { SplitLine } from '../recording/line-splitter.ts'
import { typeName } from './record-type.ts'

/** One line of a log. */
export interface AuditRecord {
  /** Undefined where the log names no node. */
  readonly node: string | undefined
  readonly type: string
  /** Whole microseconds; audit has milliseconds, and of these a tick of the kernel (1 to 10 ms). */
  readonly time: number
  readonly serial: number
  readonly fields: Fields
  readonly line: SplitLine
}

/**
 * `node=HOST type=SYSCALL msg=audit(1795404072.624:35): …`, also after what syslog puts in front, and as the kernel
 * prints it where no auditd runs (`audit: type=1300 audit(1795404072.624:35): …`); also after the NULs that a crash
 * leaves in a file.
 */
const HEAD =
  /(?:^|[\s:\0])(?:node=(\S{1,255}) )?type=([A-Z][A-Z0-9_]{1,30}(?:\[\d{4}\])?|\d{4}) (?:msg=)?audit\((\d{1,12})\.(\d{3}):(\d{1,10})\):? ?/

/** The latest time that RFC 3339 can say, seconds. */
const LATEST = 253_402_300_799
/** The kernel counts events in 32 bits. */
const HIGHEST = 0xffff_ffff

/** Undefined for what is no record. */
export function parseRecord(line: SplitLine): AuditRecord | undefined {
  const { text } = line
  const head = HEAD.exec(text)
  if (head === null) return undefined
  const [whole, node, type = '', seconds = '', millis = '', serial = ''] = head
  if (Number(seconds) > LATEST || Number(serial) > HIGHEST) return undefined
  return {
    node,
    type: typeName(type),
    time: Number(seconds) * 1_000_000 + Number(millis) * 1000,
    serial: Number(serial),
    fields: new Fields(text.slice(head.index + whole.length)),
    line,
  }
}

/** The beginning of one more record in a line. */
const NEXT = /(?:node=\S{1,255} )?type=[A-Z][A-Z0-9_]{1,30}(?:\[\d{4}\])? msg=audit\(/g

/**
 * The records of a line: several where the end of one was lost, or was written into another. In what the kernel wrote
 * no name or argument can look like the beginning of a record, since it writes what has blanks in hex; in messages of
 * programs one can, and these are left whole.
 */
export function recordsIn(line: SplitLine): readonly SplitLine[] {
  const { text } = line
  const first = text.indexOf('audit(')
  if (first < 0 || text.indexOf('msg=audit(', first + 6) < 0 || !isKernels(text)) return [line]
  const starts = [...text.matchAll(NEXT)].map((found) => found.index)
  const cuts = starts[0] !== undefined && text.lastIndexOf('audit(', starts[0]) < 0 ? starts.slice(1) : starts
  return [0, ...cuts]
    .map((start, at) => ({ ...line, text: text.slice(start, cuts[at]) }))
    .filter((one) => one.text !== '')
}

/** What ends each record of these types: without it, or with a quote that is left open, a record was cut. */
const LAST_FIELD: Readonly<Record<string, readonly string[]>> = {
  SYSCALL: ['key'],
  PATH: ['nametype', 'objtype'],
  CWD: ['cwd'],
  SOCKADDR: ['saddr'],
  EXECVE: [],
}

function isKernels(text: string): boolean {
  const type = /type=([A-Z_]{1,31})/.exec(text)?.[1]
  return type !== undefined && Object.hasOwn(LAST_FIELD, type)
}

/** The end of the record is missing: a number in front of it may be cut too. */
export function isCut({ type, fields }: AuditRecord): boolean {
  const last = Object.hasOwn(LAST_FIELD, type) ? LAST_FIELD[type] : undefined
  if (last === undefined) return false
  return fields.open || (last.length > 0 && last.every((name) => fields.raw(name) === undefined))
}

/** Between what the kernel wrote and what auditd found out about it (log_format=ENRICHED); syslog may escape it. */
const SEPARATORS = ['\u001d', '#035'] as const

/** The `k=v` of a record, read when they are first asked for. */
export class Fields {
  /** Without what auditd added. */
  readonly kernelText: string
  /** What auditd added, from the separator on; empty where that is nothing. */
  readonly #interpreted: string
  #raw: ReadonlyMap<string, string> | undefined

  constructor(text: string) {
    const places = SEPARATORS.map((separator) => text.indexOf(separator)).filter((at) => at >= 0)
    const at = places.length === 0 ? text.length : Math.min(...places)
    this.kernelText = text.slice(0, at)
    this.#interpreted = text.slice(at)
  }

  /** What stands after the `=`, quotes included. */
  raw(name: string): string | undefined {
    return (this.#raw ??= rawFields(this.kernelText)).get(name)
  }

  /**
   * A text: in quotes as it is; without quotes in upper hex, its bytes (names with blanks, control characters or
   * quotes). `(null)` and `?` are none.
   */
  text(name: string): string | undefined {
    return decodeText(this.raw(name))
  }

  /** A quote is left open. */
  get open(): boolean {
    const text = this.kernelText
    let quotes = 0
    for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) quotes++
    return quotes % 2 === 1
  }

  /** A number in decimal, also a negative one. */
  number(name: string): number | undefined {
    const raw = this.raw(name)
    return raw !== undefined && /^-?\d{1,15}$/.test(raw) ? Number(raw) : undefined
  }

  /** What auditd says for a field, such as `EUID="root"`; undefined where it did not find it out. */
  interpreted(name: string): string | undefined {
    if (this.#interpreted === '') return undefined
    const value = interpretedPattern(name).exec(this.#interpreted)?.[1]
    return value === undefined || value === 'unset' || value.startsWith('unknown(') ? undefined : value
  }
}

/** Of the few names that are asked for, each once. */
const patterns = new Map<string, RegExp>()

function interpretedPattern(name: string): RegExp {
  const known = patterns.get(name)
  if (known !== undefined) return known
  const pattern = new RegExp(`[\\u001d5 ]${name}="([^"]{1,255})"`)
  patterns.set(name, pattern)
  return pattern
}

/** More fields than this of one record are left out. */
const MOST_FIELDS = 4096
const QUOTE = 0x22
const APOSTROPHE = 0x27

/** The first of each name. `msg='a=b c=d'` stands for what is in it. */
function rawFields(text: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>()
  let at = 0
  while (at < text.length && fields.size < MOST_FIELDS) {
    const equals = text.indexOf('=', at)
    if (equals < 0) break
    const name = text.slice(Math.max(at, text.lastIndexOf(' ', equals) + 1), equals)
    let start = equals + 1
    if (text.charCodeAt(start) === APOSTROPHE) {
      at = start + 1
      continue
    }
    let end: number
    if (text.charCodeAt(start) === QUOTE) {
      end = text.indexOf('"', start + 1)
      end = end < 0 ? text.length : end + 1
    } else {
      end = text.indexOf(' ', start)
      if (end < 0) end = text.length
    }
    let value = text.slice(start, end)
    if (value.endsWith("'")) value = value.slice(0, -1)
    if (!fields.has(name)) fields.set(name, value)
    at = end
    start = end
  }
  return fields
}

export function decodeText(raw: string | undefined): string | undefined {
  if (raw === undefined || raw === '' || raw === '(null)' || raw === '?' || raw === '(none)') return undefined
  if (raw.charCodeAt(0) === QUOTE) return raw.endsWith('"') && raw.length > 1 ? raw.slice(1, -1) : raw.slice(1)
  return raw.length % 2 === 0 && /^[0-9A-F]+$/.test(raw) ? bytesText(raw) : raw
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

function bytesText(hex: string): string {
  return decoder.decode(bytesOf(hex))
}

export function bytesOf(hex: string): Uint8Array {
  const bytes = new Uint8Array(hex.length >> 1)
  for (let at = 0; at < bytes.length; at++) bytes[at] = Number.parseInt(hex.slice(2 * at, 2 * at + 2), 16)
  return bytes
}

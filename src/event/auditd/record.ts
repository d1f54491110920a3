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
 * prints it where no auditd runs (`audit: type=1300 audit(1795404072.624:35): …`).
 */
const HEAD =
  /(?:^|[\s:])(?:node=(\S{1,255}) )?type=([A-Z][A-Z0-9_]{1,30}(?:\[\d{4}\])?|\d{4}) (?:msg=)?audit\((\d{1,12})\.(\d{3}):(\d{1,10})\):? ?/

/** The latest time that RFC 3339 can say, seconds. */
const LATEST = 253_402_300_799

/** Undefined for what is no record. */
export function parseRecord(line: SplitLine): AuditRecord | undefined {
  const { text } = line
  const head = HEAD.exec(text)
  if (head === null) return undefined
  const [whole, node, type = '', seconds = '', millis = '', serial = ''] = head
  if (Number(seconds) > LATEST) return undefined
  return {
    node,
    type: typeName(type),
    time: Number(seconds) * 1_000_000 + Number(millis) * 1000,
    serial: Number(serial),
    fields: new Fields(text.slice(head.index + whole.length)),
    line,
  }
}

/** Between what the kernel wrote and what auditd found out about it (log_format=ENRICHED); syslog may escape it. */
const INTERPRETED = /\u001d|#035/

/** The `k=v` of a record, read when they are first asked for. */
export class Fields {
  readonly #text: string
  #raw: ReadonlyMap<string, string> | undefined
  #interpreted: string | undefined

  constructor(text: string) {
    this.#text = text
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

  /** A number in decimal, also a negative one. */
  number(name: string): number | undefined {
    const raw = this.raw(name)
    return raw !== undefined && /^-?\d{1,15}$/.test(raw) ? Number(raw) : undefined
  }

  /** What auditd says for a field, such as `EUID="root"`; undefined where it did not find it out. */
  interpreted(name: string): string | undefined {
    const at = this.#text.search(INTERPRETED)
    if (at < 0) return undefined
    this.#interpreted ??= this.#text.slice(at)
    const value = new RegExp(`[\\u001d5 ]${name}="([^"]{1,255})"`).exec(this.#interpreted)?.[1]
    return value === undefined || value === 'unset' || value.startsWith('unknown(') ? undefined : value
  }

  /** Without what auditd added. */
  get kernelText(): string {
    const at = this.#text.search(INTERPRETED)
    return at < 0 ? this.#text : this.#text.slice(0, at)
  }
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

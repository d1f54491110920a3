import { type Diagnostic, type DiagnosticCode, error } from '../diagnostic/diagnostic.ts'
import { Source } from '../diagnostic/source.ts'
import type { Json, JsonObject } from './field.ts'

/** One line that held a JSON object. */
export interface NdjsonLine {
  /** From 1. */
  readonly line: number
  readonly object: JsonObject
  /** As it was written, without its end: numbers of any length and form. */
  readonly text: string
}

type Take = (line: NdjsonLine) => void

/** Takes lines, in their order. */
export interface LineTaker {
  /** Other bytes, in which the lines that come next stand. */
  turn(bytes: Uint8Array): void
  /**
   * Takes a line as it stands in the bytes, a line break behind it, and gives the offset of that; -1: it is read whole,
   * and given to `take`. @param longest in bytes; longer ones are not taken
   */
  skim(start: number, line: number, longest: number): number
  take(line: NdjsonLine): void
}

export interface NdjsonOptions {
  /** How the user knows the stream: a path as they gave it, or `<stdin>`. */
  readonly name: string
  /** Longest line in bytes, its end not counted; 1 MiB unless given. A longer one is skipped whole. */
  readonly longest?: number
  /** How many diagnostics of each kind are given in full; 10 unless given. The rest is one count at the end. */
  readonly told?: number
}

const LONGEST = 1 << 20
const TOLD = 10
/** Deeper values are refused, so that what walks an event by recursion cannot be made to overflow the stack. */
const DEEPEST = 64
/** How much of a bad line its diagnostic keeps, in UTF-16 units. */
const EXCERPT = 1000

/** What may stand around a line of the longest length: a byte order mark and a carriage return. */
const SLACK = 4

const NEWLINE = 0x0a
const encoder = new TextEncoder()
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const lenient = new TextDecoder('utf-8', { ignoreBOM: true })

/**
 * Reads newline-delimited JSON objects, fed in chunks that may end anywhere. A line that is too long
 * (`event/line-too-long`), not UTF-8 (`event/invalid-utf8`), not JSON (`event/broken-json`), not an object
 * (`event/not-an-object`) or nested deeper than 64 levels (`event/too-deep`) is skipped and told; the reading goes on.
 * Empty lines count as lines and are nothing else; a byte order mark at the start, `\r\n` and a missing last newline are
 * allowed. Memory stays within one chunk and one line of the longest length.
 */
export class NdjsonReader {
  readonly #name: string
  readonly #longest: number
  readonly #told: number
  readonly #diagnostics: Diagnostic[] = []
  readonly #counts = new Map<DiagnosticCode, number>()
  /** Holds the beginning of the line that is not complete yet; grows by doubling. */
  #buffer = new Uint8Array(1024)
  /** How long that line is so far; more than what is held when it is longer than allowed. */
  #length = 0
  #line = 1

  constructor({ name, longest = LONGEST, told = TOLD }: NdjsonOptions) {
    this.#name = name
    this.#longest = longest
    this.#told = told
  }

  /**
   * Takes the next bytes and gives the lines that they complete. A text stands for its UTF-8; it may not end inside a
   * surrogate pair.
   */
  push(chunk: Uint8Array | string): NdjsonLine[] {
    const bytes = typeof chunk === 'string' ? encoder.encode(chunk) : chunk
    const lines: NdjsonLine[] = []
    const take: Take = (line) => lines.push(line)
    const first = bytes.indexOf(NEWLINE)
    if (first === -1) {
      this.#hold(bytes)
      return lines
    }
    this.#hold(bytes.subarray(0, first))
    this.#completeHeld(take)
    const last = bytes.lastIndexOf(NEWLINE)
    if (last > first) this.#readWhole(bytes.subarray(first + 1, last), take)
    this.#hold(bytes.subarray(last + 1))
    return lines
  }

  /** The same for one that can take most lines as they stand. */
  feed(bytes: Uint8Array, to: LineTaker): void {
    const take: Take = (line) => to.take(line)
    const first = bytes.indexOf(NEWLINE)
    if (first === -1) {
      this.#hold(bytes)
      return
    }
    this.#hold(bytes.subarray(0, first))
    this.#completeHeld(take, to)
    to.turn(bytes)
    const last = bytes.lastIndexOf(NEWLINE)
    let start = first + 1
    while (start <= last) {
      let end = to.skim(start, this.#line, this.#longest)
      if (end === -1) {
        end = bytes.indexOf(NEWLINE, start)
        this.#readBytes(bytes.subarray(start, end), take)
      }
      this.#line++
      start = end + 1
    }
    this.#hold(bytes.subarray(start))
  }

  /** Says that nothing more comes: reads a last line without newline and tells what was not told in full. */
  end(): NdjsonLine[] {
    const lines: NdjsonLine[] = []
    if (this.#length > 0) this.#completeHeld((line) => lines.push(line))
    for (const [code, count] of this.#counts) {
      if (count <= this.#told) continue
      const rest = (count - this.#told).toLocaleString('en-US')
      this.#diagnostics.push(
        error(code, `${this.#name}: ${rest} more of these; ${count.toLocaleString('en-US')} in all`),
      )
    }
    return lines
  }

  /** The number of the line that comes next. */
  get line(): number {
    return this.#line
  }

  /** A line has begun and not ended. */
  get isInLine(): boolean {
    return this.#length > 0
  }

  /** Goes on behind so many lines that somebody else has read. */
  pass(lines: number): void {
    this.#line += lines
  }

  /** What was wrong, in the order of the lines. */
  get diagnostics(): readonly Diagnostic[] {
    return this.#diagnostics
  }

  /** How many lines were skipped because something was wrong with them. */
  get skipped(): number {
    let sum = 0
    for (const count of this.#counts.values()) sum += count
    return sum
  }

  /** Keeps a piece of an incomplete line, as far as it may still be read or shown. */
  #hold(piece: Uint8Array): void {
    const kept = piece.subarray(0, Math.max(0, this.#longest + SLACK + 1 - this.#length))
    // With room for a line break behind it.
    const needed = this.#length + kept.length + 1
    if (kept.length > 0 && needed > this.#buffer.length) {
      const larger = new Uint8Array(Math.max(needed, this.#buffer.length * 2))
      larger.set(this.#buffer.subarray(0, this.#length))
      this.#buffer = larger
    }
    if (kept.length > 0) this.#buffer.set(kept, this.#length)
    this.#length += piece.length
  }

  #completeHeld(take: Take, to?: LineTaker): void {
    const length = this.#length
    this.#length = 0
    if (to === undefined || length > this.#longest || !this.#skimHeld(length, to))
      this.#readBytes(this.#buffer.subarray(0, length), take)
    this.#line++
  }

  #skimHeld(length: number, to: LineTaker): boolean {
    this.#buffer[length] = NEWLINE
    to.turn(this.#buffer.subarray(0, length + 1))
    return to.skim(0, this.#line, this.#longest) !== -1
  }

  /** Reads complete lines, the newline of the last one not included. Decoding them together is what makes it fast. */
  #readWhole(bytes: Uint8Array, take: Take): void {
    let text: string
    try {
      text = strict.decode(bytes)
    } catch {
      return this.#readEach(bytes, take)
    }
    let start = 0
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
      this.#readText(text.slice(start, end), take)
      this.#line++
      start = end + 1
    }
    this.#readText(text.slice(start), take)
    this.#line++
  }

  /** The same for bytes that are not UTF-8 somewhere. */
  #readEach(bytes: Uint8Array, take: Take): void {
    let start = 0
    for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, start)) {
      this.#readBytes(bytes.subarray(start, end), take)
      this.#line++
      start = end + 1
    }
    this.#readBytes(bytes.subarray(start), take)
    this.#line++
  }

  #readBytes(bytes: Uint8Array, take: Take): void {
    if (bytes.length > this.#longest + SLACK) return this.#refuseLength(bytes)
    let text: string
    try {
      text = strict.decode(bytes)
    } catch {
      const shown = lenient.decode(bytes.subarray(0, EXCERPT * 3)).slice(0, EXCERPT)
      const at = Math.max(0, shown.indexOf('\ufffd'))
      return this.#refuse('event/invalid-utf8', 'this line is not UTF-8', shown, at, at + 1)
    }
    this.#readText(text, take)
  }

  #readText(whole: string, take: Take): void {
    let text = whole.endsWith('\r') ? whole.slice(0, -1) : whole
    if (this.#line === 1 && text.startsWith('\ufeff')) text = text.slice(1)
    // A UTF-16 unit is at least one byte and at most three.
    if (text.length * 3 > this.#longest) {
      const length = text.length > this.#longest ? text.length : encoder.encode(text).length
      if (length > this.#longest) return this.#refuseLength(encoder.encode(text.slice(0, EXCERPT)))
    }
    if (!text.startsWith('{') && text.trim() === '') return
    let value: Json
    try {
      value = JSON.parse(text) as Json
    } catch (problem) {
      const at = errorOffset(problem, text)
      const where = at < EXCERPT ? '' : `, at character ${at + 1}`
      const message = `${at >= text.length ? 'this line ends inside a JSON value' : 'this line is not JSON'}${where}`
      return this.#refuse('event/broken-json', message, text.slice(0, EXCERPT), at, at + 1)
    }
    if (value === null || typeof value !== 'object' || Array.isArray(value)) {
      const message = `a line must hold one JSON object, not ${kindOf(value)}`
      return this.#refuse('event/not-an-object', message, text.slice(0, EXCERPT), 0, text.length)
    }
    if (mayBeDeep(text, DEEPEST) && isDeep(value, DEEPEST)) {
      const message = `this event is nested more than ${DEEPEST} levels deep`
      return this.#refuse('event/too-deep', message, text.slice(0, EXCERPT), 0, 1)
    }
    take({ line: this.#line, object: value as JsonObject, text })
  }

  #refuseLength(bytes: Uint8Array): void {
    const begun = this.#line === 1 && hasMark(bytes) ? bytes.subarray(3) : bytes
    const excerpt = lenient.decode(begun.subarray(0, Math.min(EXCERPT, this.#longest)))
    const message = `this line is longer than ${this.#longest.toLocaleString('en-US')} bytes`
    this.#refuse('event/line-too-long', message, excerpt, 0, 1)
  }

  #refuse(code: DiagnosticCode, message: string, excerpt: string, start: number, end: number): void {
    const count = (this.#counts.get(code) ?? 0) + 1
    this.#counts.set(code, count)
    if (count > this.#told) return
    const source = new Source(this.#name, excerpt.replace(/\n/g, ' '), this.#line)
    const span = { source, start: Math.min(start, excerpt.length), end: Math.min(end, excerpt.length) }
    this.#diagnostics.push(error(code, message, span, { hint: 'the line is skipped' }))
  }
}

/** One event as a line, its newline included. Also safe inside JavaScript: the two Unicode line ends are escaped. */
export function renderNdjson(event: object): string {
  return `${escapeLineEnds(JSON.stringify(event))}\n`
}

/** JSON text, of one value or many, in which the two Unicode line ends are escaped. */
export function escapeLineEnds(json: string): string {
  return json.replace(/[\u2028\u2029]/g, (end) => (end === '\u2028' ? '\\u2028' : '\\u2029'))
}

function hasMark(bytes: Uint8Array): boolean {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
}

/** Where the parser stopped, as far as its message says so; the message is not part of any standard. */
function errorOffset(problem: unknown, text: string): number {
  const message = problem instanceof Error ? problem.message : ''
  const position = /at position (\d+)/.exec(message)?.[1]
  if (position !== undefined) return Number(position)
  return message.includes('end of JSON') ? text.length : 0
}

function kindOf(value: Json): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

/** False when the text has too few brackets for so many levels, which is nearly always and much faster to tell. */
function mayBeDeep(text: string, levels: number): boolean {
  let left = levels
  for (let at = text.indexOf('{'); at !== -1 && left >= 0; at = text.indexOf('{', at + 1)) left--
  for (let at = text.indexOf('['); at !== -1 && left >= 0; at = text.indexOf('[', at + 1)) left--
  return left < 0
}

/** Whether a value has more than so many levels of lists and objects. */
function isDeep(value: Json, levels: number): boolean {
  if (value === null || typeof value !== 'object') return false
  if (levels === 0) return true
  if (Array.isArray(value)) {
    for (const item of value as readonly Json[]) if (typeof item === 'object' && isDeep(item, levels - 1)) return true
    return false
  }
  const object = value as JsonObject
  for (const key in object) {
    const item = object[key]
    if (typeof item === 'object' && isDeep(item, levels - 1)) return true
  }
  return false
}

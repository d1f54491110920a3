import type { Result } from '../system-call/result.ts'
import { endOfQuoted, unquote } from '../system-call/quoted.ts'
import { numberOf, type Value } from '../system-call/value.ts'

/** Deeper nesting than this is no call that strace prints. */
const DEEPEST = 32
/** More values than this in one call are refused. */
const MOST_VALUES = 20_000

/** Ends the reading of one call; never leaves this folder. */
export class Unreadable extends Error {
  readonly at: number
  constructor(at: number, message: string) {
    super(message)
    this.at = at
  }
}

const QUOTE = 0x22
const LESS = 0x3c
const GREATER = 0x3e
const SLASH = 0x2f

/**
 * Reads the notation of strace from left to right, each character once. Comments (`/* 3 vars *\/`) count as space.
 * What stands inside a value is looked at no further than the importer needs: an unknown word stays a word.
 */
export class ValueReader {
  readonly #text: string
  #at = 0
  #values = 0

  constructor(text: string) {
    this.#text = text
  }

  name(): string {
    const start = this.#at
    while (isNameCode(this.#text.charCodeAt(this.#at))) this.#at++
    if (this.#at === start) throw new Unreadable(start, 'a call begins with the name of a system call')
    return this.#text.slice(start, this.#at)
  }

  /** `(a, b, c)` */
  args(): readonly Value[] {
    if (!this.#take('(')) throw new Unreadable(this.#at, 'expected "(" after the name of the system call')
    const args = this.#list(')', 1)
    if (args === undefined) throw new Unreadable(this.#at, 'the arguments do not end')
    return args
  }

  /** `= 3</path> <0.000012>` */
  outcome(): { result: Result; duration: number | undefined } {
    this.#space()
    if (!this.#take('=')) throw new Unreadable(this.#at, 'expected "=" and a result after the arguments')
    this.#space()
    const result = this.#result()
    const rest = this.#text.slice(this.#at)
    const open = rest.lastIndexOf('<')
    const seconds = open < 0 ? null : /^<(\d{1,9})\.(\d{6})>\s*$/.exec(rest.slice(open, open + 40))
    const duration = seconds ? Number(seconds[1]) * 1_000_000 + Number(seconds[2]) : undefined
    return { result, duration }
  }

  #result(): Result {
    const start = this.#at
    if (this.#take('?')) {
      this.#space()
      return this.#text.startsWith('ERESTART', this.#at) ? { kind: 'restart' } : { kind: 'none' }
    }
    const value = this.#value(1)
    if (value.kind !== 'word' && value.kind !== 'descriptor') throw new Unreadable(start, 'the result is no number')
    if (value.kind === 'word' && !/^(?:-?\d+|0x[0-9a-f]+)$/i.test(value.text))
      throw new Unreadable(start, 'the result is no number')
    this.#space()
    const errno = this.#at
    while (isNameCode(this.#text.charCodeAt(this.#at))) this.#at++
    const word = this.#text.slice(errno, this.#at)
    if (/^E[A-Z0-9]+$/.test(word)) {
      return word.startsWith('ERESTART') ? { kind: 'restart' } : { kind: 'error', errno: word }
    }
    if (value.kind === 'word' && value.text === '-1' && word !== '') return { kind: 'error', errno: word }
    return { kind: 'value', value, number: numberOf(value) }
  }

  /** The items up to the closing mark, which is taken; undefined when the text ends first. */
  #list(close: string, depth: number): readonly Value[] | undefined {
    const items: Value[] = []
    for (;;) {
      this.#space()
      if (this.#take(close)) return items
      if (this.#at >= this.#text.length) return undefined
      if (this.#take(',')) continue
      items.push(this.#changing(depth))
    }
  }

  /** A value, and `=> value` after it. */
  #changing(depth: number): Value {
    const before = this.#value(depth)
    this.#space()
    if (!this.#text.startsWith('=>', this.#at)) return before
    this.#at += 2
    this.#space()
    return { kind: 'change', before, after: this.#value(depth) }
  }

  #value(depth: number): Value {
    if (depth > DEEPEST) throw new Unreadable(this.#at, `values nested more than ${DEEPEST} deep`)
    if (++this.#values > MOST_VALUES) throw new Unreadable(this.#at, `more than ${MOST_VALUES} values in one call`)
    const text = this.#text
    switch (text.charCodeAt(this.#at)) {
      case QUOTE:
        return this.#quoted()
      case 0x7b: // {
        this.#at++
        return this.#struct(depth)
      case 0x5b: // [
      case 0x7e: // ~[…]: all but these
        if (text.charCodeAt(this.#at) === 0x7e) this.#at++
        if (!this.#take('[')) return this.#word(depth)
        return { kind: 'list', items: this.#listed(']', depth) }
      default:
        return this.#word(depth)
    }
  }

  #listed(close: string, depth: number): readonly Value[] {
    const start = this.#at
    const items = this.#list(close, depth + 1)
    if (items === undefined) throw new Unreadable(start - 1, 'a bracket without its end')
    return items
  }

  #struct(depth: number): Value {
    const start = this.#at - 1
    const fields = new Map<string, Value>()
    for (;;) {
      this.#space()
      if (this.#take('}')) return { kind: 'struct', fields }
      if (this.#at >= this.#text.length) throw new Unreadable(start, 'a brace without its end')
      if (this.#take(',')) continue
      const name = this.#fieldName()
      const value = this.#changing(depth + 1)
      // A call without a name, as inet_pton(AF_INET6, "::1", &sin6_addr), goes under its own.
      const key = name ?? (value.kind === 'apply' ? value.name : undefined)
      if (key !== undefined && !fields.has(key)) fields.set(key, value)
    }
  }

  /** `name=`, if that is what comes. */
  #fieldName(): string | undefined {
    let end = this.#at
    while (isNameCode(this.#text.charCodeAt(end))) end++
    if (end === this.#at || this.#text[end] !== '=' || this.#text[end + 1] === '>') return undefined
    const name = this.#text.slice(this.#at, end)
    this.#at = end + 1
    return name
  }

  #quoted(): Value {
    const end = endOfQuoted(this.#text, this.#at)
    if (end === undefined) throw new Unreadable(this.#at, 'a string without its end')
    const text = unquote(this.#text.slice(this.#at + 1, end))
    this.#at = end + 1
    const truncated = this.#text.startsWith('...', this.#at)
    if (truncated) this.#at += 3
    return { kind: 'text', text, truncated }
  }

  /** Up to the next mark that ends a value; `3<…>` and `name(…)` are taken whole. */
  #word(depth: number): Value {
    const text = this.#text
    const start = this.#at
    for (; this.#at < text.length; this.#at++) {
      const code = text.charCodeAt(this.#at)
      if (code === LESS && this.#isDescriptor(start)) return this.#descriptor(start)
      if (code === 0x28 && this.#at > start) {
        const name = text.slice(start, this.#at++)
        return { kind: 'apply', name, args: this.#listed(')', depth) }
      }
      if (endsWord(code)) break
      if (code === 0x3d && text.charCodeAt(this.#at + 1) === GREATER) break
    }
    if (this.#at === start) throw new Unreadable(start, `unexpected "${text[start] ?? 'end'}"`)
    return { kind: 'word', text: text.slice(start, this.#at) }
  }

  #isDescriptor(start: number): boolean {
    const word = this.#text.slice(start, Math.min(this.#at, start + 12))
    return word === 'AT_FDCWD' || /^\d{1,10}$/.test(word) ? this.#text.charCodeAt(this.#at + 1) !== LESS : false
  }

  #descriptor(start: number): Value {
    const word = this.#text.slice(start, this.#at)
    const open = this.#at + 1
    const end = this.#text.charCodeAt(open) === SLASH ? this.#endOfPath(open) : this.#endOfNode(open)
    if (end === undefined) throw new Unreadable(start, 'a descriptor without its closing ">"')
    this.#at = end + 1
    const deleted = this.#text.startsWith('(deleted)', this.#at)
    if (deleted) this.#at += 9
    const inside = this.#text.slice(open, end)
    // A device shows its numbers inside: </dev/null<char 1:3>>.
    const numbers = inside.startsWith('/') ? inside.indexOf('<') : -1
    const path = numbers < 0 ? inside : inside.slice(0, numbers)
    const shown = inside.startsWith('/') ? unquote(path) : inside
    const number = word === 'AT_FDCWD' ? null : Number(word)
    return { kind: 'descriptor', number, shown, device: numbers >= 0, ...(deleted && { deleted }) }
  }

  /** strace escapes the angle brackets of a path; those left are its own, in pairs. */
  #endOfPath(from: number): number | undefined {
    let depth = 1
    for (let i = from; i < this.#text.length; i++) {
      const code = this.#text.charCodeAt(i)
      if (code === LESS) depth++
      else if (code === GREATER && --depth === 0) return i
    }
    return undefined
  }

  /** `TCP:[a->b]`, `UNIX-STREAM:[1->2,"/run/x"]`, `pid:7`, `anon_inode:[eventfd]`: brackets hide what is in them. */
  #endOfNode(from: number): number | undefined {
    let depth = 0
    for (let i = from; i < this.#text.length; i++) {
      const code = this.#text.charCodeAt(i)
      if (code === QUOTE) {
        const end = endOfQuoted(this.#text, i)
        if (end === undefined) return undefined
        i = end
      } else if (code === 0x5b) depth++
      else if (code === 0x5d) depth--
      else if (code === GREATER && depth <= 0) return i
    }
    return undefined
  }

  #space(): void {
    const text = this.#text
    for (;;) {
      const code = text.charCodeAt(this.#at)
      if (code === 0x20 || code === 0x09) this.#at++
      else if (code === SLASH && text.charCodeAt(this.#at + 1) === 0x2a) {
        const end = text.indexOf('*/', this.#at + 2)
        this.#at = end < 0 ? text.length : end + 2
      } else return
    }
  }

  #take(mark: string): boolean {
    if (this.#text[this.#at] !== mark) return false
    this.#at++
    return true
  }
}

function endsWord(code: number): boolean {
  // space, tab, comma, closing marks, a quote, an opening brace or bracket
  return (
    code === 0x20 ||
    code === 0x09 ||
    code === 0x2c ||
    code === 0x29 ||
    code === 0x5d ||
    code === 0x7d ||
    code === QUOTE ||
    code === 0x7b ||
    code === 0x5b
  )
}

function isNameCode(code: number): boolean {
  return (
    (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || (code >= 0x30 && code <= 0x39) || code === 0x5f
  )
}

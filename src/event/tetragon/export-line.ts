import { owned } from '../recording/owned.ts'
import { isToldObject, parseToldLine, type ToldLine, type ToldObject } from '../recording/told-json.ts'

/** An object as it stands in lines. */
interface Part {
  readonly text: string
  readonly value: ToldObject
}

/** The texts that are remembered have so many UTF-16 units at most, together. */
const MOST_REMEMBERED = 1 << 22
/** Processes are told apart by the beginning of their text: `{"exec_id":"…","pid":…`. */
const BEGINNING = 64
/** Texts with the same beginning that are remembered: of threads of one process, say. */
const MOST_ALIKE = 8

const HEAD = /^\{"(process_[a-z]{1,20})":\{"process":(?=\{)/
const PARENT = ',"parent":'

/**
 * Reads lines of an export. Most of a line is the process and its parent, told whole each time: what has the same text
 * as before is not read again, and is the same object. Other lines are read as any line of JSON.
 */
export class ExportLines {
  readonly #parts = new Map<string, Part[]>()
  #remembered = 0

  read(text: string): ToldLine {
    return this.#readParts(text) ?? parseToldLine(text)
  }

  /** Undefined where it does not have the usual form, or where two names in it may be the same. */
  #readParts(text: string): ToldLine | undefined {
    const [head, kind = ''] = HEAD.exec(text) ?? []
    if (head === undefined) return undefined
    const process = this.#partAt(text, head.length)
    if (process === undefined) return undefined
    let at = head.length + process.text.length
    const hasParent = text.startsWith(PARENT, at)
    const parent = hasParent ? this.#partAt(text, at + PARENT.length) : undefined
    if (hasParent && parent === undefined) return undefined
    if (parent !== undefined) at += PARENT.length + parent.text.length
    if (text.startsWith(',"', at)) at++
    else if (text[at] !== '}') return undefined
    const rest = text.slice(at)
    // A name that is escaped may be one that is there already, and then the later one counts.
    if (rest.includes(kind) || rest.includes('\\u')) return undefined
    const parsed = parseToldLine(`{"${kind}":{${rest}`)
    const about = 'at' in parsed ? undefined : parsed.object[kind]
    if ('at' in parsed || !isToldObject(about) || 'process' in about || 'parent' in about) return undefined
    Object.assign(about, { process: process.value, parent: parent?.value })
    return parsed
  }

  #partAt(text: string, at: number): Part | undefined {
    const beginning = text.slice(at, at + BEGINNING)
    const alike = this.#parts.get(beginning)
    // Two whole texts are compared much faster than a text with the middle of another (startsWith).
    const known = alike?.find((one) => text.slice(at, at + one.text.length) === one.text)
    return known ?? this.#newPart(text, at, beginning)
  }

  #newPart(text: string, at: number, beginning: string): Part | undefined {
    const end = endOfObject(text, at)
    const parsed = end === undefined ? undefined : parseToldLine(text.slice(at, end))
    if (end === undefined || parsed === undefined || 'at' in parsed) return undefined
    const part = { text: owned(text.slice(at, end)), value: parsed.object }
    this.#remembered += part.text.length
    if (this.#remembered > MOST_REMEMBERED) {
      this.#parts.clear()
      this.#remembered = part.text.length
    }
    const alike = this.#parts.get(beginning)
    if (alike === undefined) this.#parts.set(owned(beginning), [part])
    else if (alike.unshift(part) > MOST_ALIKE) alike.pop()
    return part
  }
}

/** Where the object that begins there ends; undefined where it does not. */
function endOfObject(text: string, start: number): number | undefined {
  if (text[start] !== '{') return undefined
  let depth = 0
  for (let at = start; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case 0x22:
        at = endOfText(text, at)
        break
      case 0x7b:
        depth++
        break
      case 0x7d:
        if (--depth === 0) return at + 1
    }
  }
  return undefined
}

/** Where the quote is that ends the text which begins there; behind everything where there is none. */
function endOfText(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (unit === 0x22) return at
    if (unit === 0x5c) at++
  }
  return text.length
}

import type { Pattern } from '../../ir/pattern.ts'
import { foldCase } from './fold.ts'

/** Whether a whole text has a form. Made once for each pattern; the pattern of an uncased form is folded already. */
export type TextForm = (text: string) => boolean

/** The pattern with its letters folded, to be held against folded text. */
export function foldPattern(of: Pattern): Pattern {
  return of.map((part) => (part.kind === 'text' ? { kind: 'text', text: foldCase(part.text) } : part))
}

export function textForm(of: Pattern): TextForm {
  const segments = segmentsOf(of)
  const [first, second, third] = segments
  if (segments.length === 1 && first) return (text) => matchSegment(first, text, 0) === text.length
  if (first && second && segments.length === 2) return endsForm(first, second)
  const middle = second && plain(second)
  if (segments.length === 3 && first?.length === 0 && third?.length === 0 && middle !== undefined)
    return (text) => text.includes(middle)
  return (text) => matchSegments(segments, text)
}

/** The longest stretch of literal text: whatever has the form holds it. */
export function longestLiteral(of: Pattern): string {
  let longest = ''
  for (const part of of) if (part.kind === 'text' && part.text.length > longest.length) longest = part.text
  return longest
}

/** What stands between two `*`: texts, and null for one code point. */
type Segment = readonly (string | null)[]

function segmentsOf(of: Pattern): Segment[] {
  const segments: (string | null)[][] = [[]]
  for (const part of of) {
    if (part.kind === 'any') segments.push([])
    else segments.at(-1)?.push(part.kind === 'one' ? null : part.text)
  }
  return segments
}

function plain(segment: Segment): string | undefined {
  const [only] = segment
  return segment.length === 1 && typeof only === 'string' ? only : undefined
}

function endsForm(first: Segment, last: Segment): TextForm {
  const start = first.length === 0 ? '' : plain(first)
  const end = last.length === 0 ? '' : plain(last)
  if (start === undefined || end === undefined) return (text) => matchSegments([first, last], text)
  if (end === '') return (text) => text.startsWith(start)
  if (start === '') return (text) => text.endsWith(end)
  const least = start.length + end.length
  return (text) => text.length >= least && text.startsWith(start) && text.endsWith(end)
}

/** The first and last segment are bound to the ends; each other is taken where it comes first, which loses nothing. */
function matchSegments(segments: readonly Segment[], text: string): boolean {
  const [first = [], ...rest] = segments
  const last = rest.pop() ?? []
  let at = matchSegment(first, text, 0)
  for (const segment of rest) {
    if (at === -1) return false
    at = findSegment(segment, text, at)
  }
  return at !== -1 && matchEnd(last, text) >= at
}

/** The offset after the segment when it stands at the offset, else -1. */
function matchSegment(segment: Segment, text: string, start: number): number {
  let at = start
  for (const part of segment) {
    if (part === null) {
      if (at >= text.length) return -1
      at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1
    } else {
      if (!text.startsWith(part, at)) return -1
      at += part.length
    }
  }
  return at
}

/** The offset after the first place, from an offset on, where the segment stands; -1 when there is none. */
function findSegment(segment: Segment, text: string, start: number): number {
  const [head] = segment
  for (let at = start; at <= text.length; at++) {
    if (typeof head === 'string') at = text.indexOf(head, at)
    if (at === -1) return -1
    const end = insideCharacter(text, at) ? -1 : matchSegment(segment, text, at)
    if (end !== -1) return end
  }
  return -1
}

/** The offset where the segment begins when the text ends with it, else -1. */
function matchEnd(segment: Segment, text: string): number {
  let at = text.length
  for (const part of segment.toReversed()) {
    if (part === null) {
      if (at === 0) return -1
      at -= insideCharacter(text, at - 1) ? 2 : 1
    } else {
      if (!text.endsWith(part, at)) return -1
      at -= part.length
    }
  }
  return at
}

/** Whether the offset lies between the two halves of one code point. */
function insideCharacter(text: string, at: number): boolean {
  return at > 0 && at < text.length && isTrail(text.charCodeAt(at)) && isLead(text.charCodeAt(at - 1))
}

function isLead(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff
}

function isTrail(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff
}

import { isToldObject, told, type ToldObject } from '../recording/told-json.ts'

/** More items of a list than this are not told. */
const MOST_ITEMS = 4096
/** Deeper nesting than this is not looked at. */
const DEEPEST = 8
/** More texts of an unknown tool than this are not looked at. */
const MOST_TEXTS = 64
/** More of a command than this is not looked at. */
const LONGEST_COMMAND = 65_536

/** The texts at a dotted name; lists on the way and at the end are gone through. */
export function textsAt(object: ToldObject | undefined, name: string): readonly string[] {
  return valuesAt(object, name).flatMap((value) =>
    typeof value === 'string' && value !== ''
      ? [value]
      : typeof value === 'number' || typeof value === 'boolean'
        ? [String(value)]
        : [],
  )
}

/** The values at a dotted name, which wins over a nested one. */
export function valuesAt(object: ToldObject | undefined, name: string): readonly unknown[] {
  const direct = told(object, name)
  if (direct !== undefined) return itemsOf(direct)
  let values: readonly unknown[] = object === undefined ? [] : [object]
  for (const part of name.split('.')) {
    values = values.flatMap((value) => (isToldObject(value) ? itemsOf(told(value, part)) : [])).slice(0, MOST_ITEMS)
  }
  return values
}

/** The words of a command: of a text, or of a list of texts. */
export function commandAt(object: ToldObject | undefined, name: string): readonly string[] | undefined {
  const value = valueAt(object, name)
  const listed = Array.isArray(value) ? value.slice(0, MOST_ITEMS) : [value]
  const words = listed.flatMap((word) => (typeof word === 'string' ? wordsOf(word) : [])).slice(0, MOST_ITEMS)
  return words.length > 0 ? words : undefined
}

/** The words of a shell's text without their quotes: nobody runs them again, and a quote would hide a secret. */
function wordsOf(text: string): readonly string[] {
  return text
    .slice(0, LONGEST_COMMAND)
    .replace(/["']/g, '')
    .split(/\s+/)
    .filter((word) => word !== '')
}

/** Bytes of the text at a name; undefined where there is none. */
export function lengthAt(object: ToldObject | undefined, name: string): number | undefined {
  const value = valueAt(object, name)
  return typeof value === 'string' ? new TextEncoder().encode(value).length : undefined
}

/** All texts of the arguments, as far as one looks. */
export function allTexts(object: ToldObject | undefined): readonly string[] {
  const texts: string[] = []
  const walk = (value: unknown, depth: number): void => {
    if (texts.length >= MOST_TEXTS || depth > DEEPEST) return
    if (typeof value === 'string') texts.push(value)
    else if (Array.isArray(value)) for (const item of value) walk(item, depth + 1)
    else if (isToldObject(value)) for (const key of Object.keys(value)) walk(value[key], depth + 1)
  }
  walk(object, 0)
  return texts
}

/** One value at a dotted name. */
export function valueAt(object: ToldObject | undefined, name: string): unknown {
  const direct = told(object, name)
  if (direct !== undefined) return direct
  let value: unknown = object
  for (const part of name.split('.')) value = isToldObject(value) ? told(value, part) : undefined
  return value
}

function itemsOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value.slice(0, MOST_ITEMS)
  return value === undefined || value === null ? [] : [value]
}

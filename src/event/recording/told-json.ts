/** A JSON object of somebody else: nothing about it is sure. */
export type ToldObject = Readonly<Record<string, unknown>>

/** The object of a line, or where it ceases to be one. */
export type ToldLine = { readonly object: ToldObject } | { readonly at: number }

/** The object of a line, whatever stands in front of it (syslog, a container runtime); else what is wrong, and where. */
export function parseToldLine(text: string): ToldLine {
  const start = text.indexOf('{')
  if (start < 0) return { at: 0 }
  try {
    const value: unknown = JSON.parse(start === 0 ? text : text.slice(start))
    return isToldObject(value) ? { object: value } : { at: start }
  } catch {
    return { at: start }
  }
}

export function isToldObject(value: unknown): value is ToldObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The value of a name of the object's own. */
export function told(object: ToldObject | undefined, name: string): unknown {
  const value = object?.[name]
  // What objects have of themselves are functions and objects: whose a text or a number is needs no asking.
  if (typeof value !== 'object' && typeof value !== 'function') return value
  return object !== undefined && Object.hasOwn(object, name) ? value : undefined
}

export function toldObject(object: ToldObject | undefined, name: string): ToldObject | undefined {
  const value = told(object, name)
  return isToldObject(value) ? value : undefined
}

export function toldList(object: ToldObject | undefined, name: string): readonly unknown[] {
  const value = told(object, name)
  return Array.isArray(value) ? value : []
}

/** A text that is not empty. */
export function toldText(object: ToldObject | undefined, name: string): string | undefined {
  const value = told(object, name)
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** A whole number, also where it is written as a text, as wide numbers are. */
export function toldNumber(object: ToldObject | undefined, name: string): number | undefined {
  const value = told(object, name)
  const number = typeof value === 'string' && /^-?\d{1,16}$/.test(value) ? Number(value) : value
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : undefined
}

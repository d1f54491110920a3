import {
  isToldObject,
  told,
  toldList,
  toldNumber,
  toldObject,
  toldText,
  type ToldObject,
} from '../recording/told-json.ts'

/** Deeper values than this are not read. */
const DEEPEST = 16

/** The attributes of a span or a resource: a list of `{key, value: {stringValue: …}}`. */
export function attributesOf(object: ToldObject | undefined): ToldObject {
  return mapOf(toldList(object, 'attributes'), 0)
}

function mapOf(list: readonly unknown[], depth: number): ToldObject {
  const pairs: [string, unknown][] = []
  for (const item of list) {
    const key = isToldObject(item) ? toldText(item, 'key') : undefined
    if (key !== undefined) pairs.push([key, valueOf(toldObject(item as ToldObject, 'value'), depth)])
  }
  return Object.fromEntries(pairs)
}

/** One `AnyValue` of OTLP. Wide numbers are texts there. */
function valueOf(value: ToldObject | undefined, depth: number): unknown {
  if (value === undefined || depth > DEEPEST) return undefined
  const plain = told(value, 'stringValue') ?? told(value, 'boolValue') ?? told(value, 'doubleValue')
  if (plain !== undefined) return plain
  const number = toldNumber(value, 'intValue')
  if (number !== undefined) return number
  const list = toldObject(value, 'arrayValue')
  if (list !== undefined)
    return toldList(list, 'values').map((one) => (isToldObject(one) ? valueOf(one, depth + 1) : undefined))
  const map = toldObject(value, 'kvlistValue')
  return map === undefined ? undefined : mapOf(toldList(map, 'values'), depth + 1)
}

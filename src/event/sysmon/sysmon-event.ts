import { parseMicros } from '../recording/told-time.ts'
import {
  isToldObject,
  parseToldLine,
  told,
  toldNumber,
  toldObject,
  toldText,
  type ToldObject,
} from '../recording/told-json.ts'

/** One event of Sysmon, whichever way it was written down. */
export interface SysmonEvent {
  readonly id: number
  readonly computer: string | undefined
  /** When it happened by its own data, else when it was written; whole microseconds. */
  readonly micros: number | undefined
  /** `EventData` by name; values that say nothing (`-`, empty) are left out. */
  readonly data: ReadonlyMap<string, string>
}

/** Where a line is none, and why. */
export interface SysmonProblem {
  readonly problem: 'none' | 'broken'
  readonly at: number
}

/** XML as Sysmon writes it to syslog, or JSON as shippers make of it. */
export function parseSysmon(text: string): SysmonEvent | SysmonProblem {
  const xml = text.indexOf('<Event>')
  const plain = xml >= 0 ? xml : text.search(/<Event\s/)
  if (plain >= 0) return parseXml(text, plain)
  if (text.includes('{')) return parseJson(text)
  return { problem: 'none', at: 0 }
}

const EVENT_ID = /<EventID(?:\s[^<>]{0,100})?>(\d{1,5})<\/EventID>/
const SYSTEM_TIME = /<TimeCreated\s[^<>]{0,100}?SystemTime=["']([^"'<>]{10,40})["']/
const COMPUTER = /<Computer>([^<>]{0,255})<\/Computer>/
const DATA = '<Data Name='
const DATA_END = '</Data>'
const NAME = /^\w{1,64}$/

function parseXml(text: string, at: number): SysmonEvent | SysmonProblem {
  const event = text.slice(at)
  const id = EVENT_ID.exec(event)?.[1]
  // Without its end an event was cut: a value at the cut may be only the beginning of one.
  if (id === undefined || !event.includes('</Event>')) return { problem: 'broken', at }
  const data = dataInXml(event)
  const computer = COMPUTER.exec(event)?.[1]
  return {
    id: Number(id),
    computer: computer === undefined || computer === '' ? undefined : decodeEntities(computer),
    micros: timeIn(data) ?? parseMicros(SYSTEM_TIME.exec(event)?.[1]),
    data,
  }
}

/** `<Data Name="…">…</Data>`, each; the many of an event are found faster by their parts than by one pattern. */
function dataInXml(event: string): ReadonlyMap<string, string> {
  const data = new Map<string, string>()
  for (let start = event.indexOf(DATA); start >= 0; start = event.indexOf(DATA, start + 1)) {
    const quote = start + DATA.length
    const from = event.indexOf('>', quote) + 1
    const to = event.indexOf('<', from)
    // Between the quotes; with a slash behind them there is no value.
    if (from === 0 || to < 0 || !isQuote(event[quote]) || !isQuote(event[from - 2])) continue
    const name = event.slice(quote + 1, from - 2)
    if (NAME.test(name) && event.startsWith(DATA_END, to)) put(data, name, decodeEntities(event.slice(from, to)))
  }
  return data
}

function isQuote(character: string | undefined): boolean {
  return character === '"' || character === "'"
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

function decodeEntities(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(/&(?:(lt|gt|amp|quot|apos)|#(\d{1,7})|#x([0-9a-fA-F]{1,6}));/g, (whole, name, decimal, hex) => {
    if (typeof name === 'string') return ENTITIES[name] ?? whole
    const point = typeof decimal === 'string' ? Number(decimal) : Number.parseInt(String(hex), 16)
    return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : '\ufffd'
  })
}

/** `UtcTime` is in UTC, to the millisecond: `2026-11-23 03:21:12.896`. */
function timeIn(data: ReadonlyMap<string, string>): number | undefined {
  const text = data.get('UtcTime')
  return text === undefined ? undefined : parseMicros(`${text}Z`)
}

function put(data: Map<string, string>, name: string, value: string): void {
  if (value !== '' && value !== '-' && !data.has(name)) data.set(name, value)
}

/**
 * The shapes that shippers give events of Windows: `{"System": …, "EventData": …}`, also within `"Event"`,
 * `{"winlog": …}`, or all names on one level.
 */
function parseJson(text: string): SysmonEvent | SysmonProblem {
  const parsed = parseToldLine(text)
  if ('at' in parsed) return { problem: 'broken', at: parsed.at }
  const { object } = parsed
  const wrapped = toldObject(object, 'Event')
  const winlog = toldObject(object, 'winlog')
  const system = toldObject(wrapped ?? object, 'System') ?? winlog ?? object
  const data = dataOf(
    toldObject(wrapped, 'EventData') ?? toldObject(winlog, 'event_data') ?? toldObject(object, 'EventData') ?? object,
  )
  const id = idOf(system)
  if (id === undefined) return { problem: 'none', at: 0 }
  return {
    id,
    computer: toldText(system, 'Computer') ?? toldText(system, 'computer_name') ?? toldText(object, 'Computer'),
    micros: timeIn(data) ?? parseMicros(createdIn(system) ?? toldText(object, '@timestamp')),
    data,
  }
}

/** A number, a text, or `{"#text": "1"}`. */
function idOf(system: ToldObject): number | undefined {
  const nested = toldObject(system, 'EventID')
  return (
    toldNumber(system, 'EventID') ??
    toldNumber(nested, '#text') ??
    toldNumber(system, 'event_id') ??
    toldNumber(system, 'EventId')
  )
}

function createdIn(system: ToldObject): string | undefined {
  const created = toldObject(system, 'TimeCreated')
  return (
    toldText(created, 'SystemTime') ??
    toldText(created, '@SystemTime') ??
    toldText(toldObject(created, '#attributes'), 'SystemTime') ??
    toldText(system, 'TimeCreated')
  )
}

/** Names and values, or `{"Data": [{"Name": …, "#text": …}]}` after the XML. */
function dataOf(from: ToldObject): ReadonlyMap<string, string> {
  const data = new Map<string, string>()
  const listed = told(from, 'Data')
  for (const one of Array.isArray(listed) ? listed.filter(isToldObject) : []) {
    const name = toldText(one, 'Name') ?? toldText(one, '@Name') ?? toldText(toldObject(one, '#attributes'), 'Name')
    const value = told(one, '#text') ?? told(one, 'text') ?? told(one, 'content')
    if (name !== undefined && typeof value === 'string') put(data, name, value)
  }
  for (const [name, value] of Object.entries(from)) {
    if (typeof value === 'string') put(data, name, value)
    else if (typeof value === 'number' || typeof value === 'boolean') put(data, name, String(value))
  }
  return data
}

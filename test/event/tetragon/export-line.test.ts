import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseToldLine, toldObject, type ToldLine } from '../../../src/event/recording/told-json.ts'
import { ExportLines } from '../../../src/event/tetragon/export-line.ts'

const PROCESS = '{"exec_id":"aaaaaaaaaaaaaaaaaaaa","pid":4200,"binary":"/usr/bin/python3.11","tid":4200,"note":"}\\"{"}'
const PARENT = '{"exec_id":"bbbbbbbbbbbbbbbbbbbb","pid":3800,"binary":"/usr/bin/bash","tid":3800}'
const LINE = `{"process_kprobe":{"process":${PROCESS},"parent":${PARENT},"function_name":"f"},"time":"t"}`

function processIn(line: ToldLine) {
  return 'at' in line ? undefined : toldObject(toldObject(line.object, 'process_kprobe'), 'process')
}

describe('a line of an export', () => {
  test('has the same object for a process that is told again in the same words', () => {
    const lines = new ExportLines()
    const [one, other] = [lines.read(LINE), lines.read(LINE.replace('"f"', '"g"'))]
    expect(processIn(one)).toEqual(JSON.parse(PROCESS))
    expect(processIn(other)).toBe(processIn(one))
  })

  test('has another one where the words differ, be it at their very end', () => {
    const lines = new ExportLines()
    lines.read(LINE)
    const text = LINE.replace('"tid":4200', '"tid":4201')
    expect(lines.read(text)).toEqual(parseToldLine(text))
  })

  test.each([
    ['nothing behind the process', `{"process_exec":{"process":${PROCESS}},"time":"t"}`],
    ['nothing behind the parent', `{"process_exec":{"process":${PROCESS},"parent":${PARENT}},"time":"t"}`],
    ['another order', `{"time":"t","process_exec":{"parent":${PARENT},"process":${PROCESS}}}`],
    ['the process twice', LINE.replace('"function_name":"f"', '"process":{"pid":1}')],
    ['the process twice, once in other letters', LINE.replace('"function_name":"f"', '"proc\\u0065ss":{"pid":1}')],
    ['a parent that is no object, before a process', LINE.replace(PARENT, `1,"process":${PROCESS}`)],
    ['the parent twice', LINE.replace('"function_name":"f"', '"parent":null')],
    ['the event twice', LINE.replace('"time":"t"', '"process_kprobe":{"function_name":"g"}')],
    ['the event twice, once in other letters', LINE.replace('"time":"t"', '"process_\\u006bprobe":{}')],
    ['a comma too many', LINE.replace(',"function_name":"f"', ',')],
    ['a comma too few', LINE.replace(',"function_name"', '"function_name"')],
    ['no end', LINE.slice(0, -1)],
    ['a process without end', LINE.slice(0, 120)],
    ['a process that is broken', LINE.replace('"pid":4200', '"pid":')],
    ['something in front', `Jan 1 x: ${LINE}`],
    ['something behind', `${LINE} x`],
  ])('with %s is read as JSON is', (_, text) => {
    const lines = new ExportLines()
    lines.read(LINE)
    expect(lines.read(text)).toEqual(parseToldLine(text))
    expect(lines.read(text)).toEqual(parseToldLine(text))
  })

  test('is read as JSON is, however often and whatever is in it', () => {
    const part = fc.constantFrom(PROCESS, PARENT, '{}', '{"process":{}}', '{"a":"\\\\"}', '[{}]', '1')
    const name = fc.constantFrom('process', 'parent', 'process_kprobe', 'a', 'par\\u0065nt')
    const members = fc.array(fc.tuple(name, part), { maxLength: 4 })
    const object = members.map((list) => `{${list.map(([key, value]) => `"${key}":${value}`).join(',')}}`)
    const text = fc
      .tuple(object, fc.nat(200), fc.constantFrom('', '', '', ',', '}', '"', '{'))
      .map(([about, at, mark]) => {
        const whole = `{"process_kprobe":${about},"time":"t"}`
        return mark === '' ? whole : whole.slice(0, at) + mark + whole.slice(at)
      })
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 6 }), (texts) => {
        const lines = new ExportLines()
        for (const one of [...texts, ...texts]) expect(lines.read(one)).toEqual(parseToldLine(one))
      }),
      { numRuns: 300 },
    )
  })
})

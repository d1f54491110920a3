import { describe, expect, test } from 'vitest'
import type { ImportFormat } from '../../src/event/source-name.ts'
import { importText, logsOf } from './importing.ts'

/** Sources that tell an event a line: Tetragon, Falco and Sysmon for Linux. */

function linesOf(format: ImportFormat, name: string): string[] {
  return (logsOf(format).get(`${format}/samples/${name}`) ?? '').trimEnd().split('\n')
}

describe.each([
  ['tetragon', linesOf('tetragon', 'key-sent.json'), 'event/tetragon-json'],
  ['falco', linesOf('falco', 'key-sent.json'), 'event/falco-json'],
  ['sysmon', linesOf('sysmon', 'events.log').slice(3, 5), 'event/sysmon-event'],
] as const)('of %s', (format, lines, cutCode) => {
  const whole = importText(format, lines.join('\n'))
  const actions = (text: string) => importText(format, text).events.map((one) => one.event.action)
  const all = whole.events.map((one) => one.event.action)

  test('whole lines are read without a complaint', () => {
    expect(all.length).toBe(lines.length)
    expect(whole.diagnostics).toEqual([])
  })

  test('a line that is cut is told with its place, and the rest is read', () => {
    const [first = '', ...rest] = lines
    const { diagnostics, counts } = importText(format, [...rest, first.slice(0, -20)].join('\n'))
    expect(diagnostics.map((one) => [one.code, one.span?.source.position(one.span.start).line])).toEqual([
      [cutCode, lines.length],
    ])
    expect(counts).toMatchObject({ lines: lines.length, skipped: 1 })
    expect(actions([...rest, first.slice(0, -20)].join('\n'))).toEqual(all.slice(1))
  })

  test('binary lines do not stop it', () => {
    const { counts } = importText(format, Buffer.from(`\u0000\u0001\n${lines.join('\n')}\n`))
    expect(counts.events).toBe(all.length)
  })

  test('events that were written in another order are put in that of their times', () => {
    const { events } = importText(format, [...lines].reverse().join('\n'))
    const times = events.filter((one) => one.detpack.late !== true).map((one) => one['@timestamp'])
    expect(times).toEqual([...times].sort())
    expect(events.length).toBe(all.length)
  })

  test('lines that syslog or a container runtime put something in front of are read', () => {
    expect(actions(lines.map((line) => `Jan  1 00:00:00 web-1 x[1]: ${line}`).join('\n'))).toEqual(all)
  })
})

describe('what the source says that it lost is counted, and an event', () => {
  test.each<[ImportFormat, string, number]>([
    ['tetragon', '{"rate_limit_info":{"number_of_dropped_process_events":"7"},"time":"2026-01-01T00:00:00Z"}', 7],
    [
      'falco',
      'Mon Nov 23 03:21:12 2026: Falco internal: syscall event drop. 7 system calls dropped in last second.',
      7,
    ],
    [
      'sysmon',
      '<Event><System><EventID>255</EventID></System><EventData><Data Name="UtcTime">2026-01-01 00:00:00.001</Data><Data Name="Description">Events dropped from driver queue: ProcessAccess:3 FileCreate:4</Data></EventData></Event>',
      7,
    ],
  ])('by %s', (format, line, count) => {
    const { events, counts } = importText(format, line)
    expect(events.map((one) => [one.event.action, one.detpack.loss?.count])).toEqual([['sensor_loss', count]])
    expect(counts.lost).toBe(count)
  })
})

describe('no event carries a secret of the arguments', () => {
  const secret = 'PLANTED-SECRET'
  const line = `x --token ${secret} API_KEY=${secret} https://u:${secret}@h/`

  test.each<[ImportFormat, string]>([
    ['tetragon', (linesOf('tetragon', 'key-sent.json')[0] ?? '').replace('-c run-agent', line.slice(2))],
    [
      'falco',
      JSON.stringify({
        rule: 'r',
        time: '2026-01-01T00:00:00Z',
        output: line,
        output_fields: { 'evt.type': 'execve', 'proc.pid': 1, 'proc.cmdline': line, 'proc.args': line.slice(2) },
      }),
    ],
    ['sysmon', linesOf('sysmon', 'events.log')[3]?.replace(/(CommandLine">)[^<]*/, `$1${line}`) ?? ''],
  ])('of %s', (format, text) => {
    expect(text).toContain(secret)
    const { events } = importText(format, text)
    expect(events[0]?.event.action).toBe('process_exec')
    expect(JSON.stringify(events)).not.toContain(secret)
  })
})

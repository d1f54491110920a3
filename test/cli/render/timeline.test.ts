import { describe, expect, it } from 'vitest'
import { clauseInWords } from '../../../src/cli/render/alert/clause.ts'
import { renderAlertLine } from '../../../src/cli/render/alert/ndjson.ts'
import { renderSequel, renderTimeline } from '../../../src/cli/render/alert/timeline.ts'
import { Source } from '../../../src/diagnostic/source.ts'
import type { Alert, AlertId } from '../../../src/event/alert.ts'
import type { JsonObject } from '../../../src/event/field.ts'
import type { EventRecord, Time } from '../../../src/event/record.ts'
import { milliseconds } from '../../../src/ir/duration.ts'
import { always } from '../../../src/ir/predicate.ts'
import type { Correlation, CorrelationBody, Program, RuleId } from '../../../src/ir/rule.ts'

const source = new Source('rules/key.yml', 'title: Key sent\n')
const span = { source, start: 0, end: 5 }

function rule(body: CorrelationBody): Correlation {
  return {
    kind: 'correlation',
    id: 'key-sent' as RuleId,
    name: 'key-sent',
    title: 'Key sent',
    description: null,
    status: 'test',
    level: 'high',
    author: null,
    date: null,
    modified: null,
    tags: ['attack.exfiltration', 'attack.t1552.004'],
    references: [],
    falsepositives: [],
    fields: [],
    governance: {
      version: 3,
      risk: ['R-1'],
      grant: null,
      triage: [{ ask: 'Was the host meant?', run: 'detpack explain {alert.id} {process.pid} {no.such}' }],
      accept: [],
    },
    span,
    body,
    group: [{ name: 'object', fieldOf: new Map(), span }],
    timespan: milliseconds(10_000),
    guard: always,
    alone: true,
  }
}

const read = { rule: 'read' as RuleId, as: 'read', within: null, span }
const send = { rule: 'send' as RuleId, as: 'send', within: milliseconds(500), span }
const ordered = rule({ type: 'ordered', steps: [read, send], joins: [], unless: [], until: null })
const program: Program = { rules: new Map([[ordered.id, ordered]]) }
const plain = (_tone: string, text: string): string => text

function event(line: number, at: number, fields: JsonObject): EventRecord {
  return { line, time: (Date.UTC(2026, 0, 1) + at) as Time, sequence: line, id: `r-${line}`, fields }
}

const alert: Alert = {
  id: 'abcdef0123456789' as AlertId,
  rule: ordered.id,
  group: { object: 'o1' },
  first: Date.UTC(2026, 0, 1) as Time,
  last: (Date.UTC(2026, 0, 1) + 202) as Time,
  steps: [
    {
      as: 'read',
      rule: 'read',
      event: event(4, 0, {
        event: { action: 'file_read' },
        process: { name: 'python3', pid: 812 },
        file: { path: '/home/a/.ssh/id\u001b[2J' },
        host: { name: 'web-1' },
        detpack: {
          task: { name: 'summarize', run: '7f3a' },
          object: { class: 'credential' },
          use: { bytes: 411 },
          descriptor: { number: 5 },
        },
      }),
    },
    { as: 'confirmed', rule: 'confirmed', event: null },
    {
      as: 'send',
      rule: 'send',
      event: event(9, 202, {
        event: { action: 'network_send' },
        process: { name: 'helper', pid: 815 },
        destination: { ip: '203.0.113.9', port: 443 },
        detpack: { route: 'sendfile', use: { bytes: 411 }, descriptor: { number: 3, origin: 'received' } },
      }),
    },
  ],
}

describe('an alert as a timeline', () => {
  const shown = renderTimeline(alert, { rule: ordered, program, repeats: 1 }, plain)

  it('says who did what, in order, with the time between', () => {
    expect(shown).toContain('     0 ms > python3[812]  read  411 B from /home/a/.ssh/id\ufffd[2J fd 5   credential')
    expect(shown).toContain(
      '   202 ms > helper[815]   sent  411 B -> 203.0.113.9:443 by sendfile fd 3   descriptor received',
    )
  })

  it('says what was looked for and not found', () => {
    expect(shown).toContain('no confirmed here')
  })

  it('tells between the steps how the object travelled, once for each way', () => {
    const passed = {
      event: { action: 'descriptor_send' },
      process: { name: 'python3', pid: 812 },
      file: { path: '/k' },
    }
    const hops = [event(5, 10, passed), event(6, 11, passed)]
    const lines = renderTimeline({ ...alert, hops }, { rule: ordered, program, repeats: 1 }, plain).split('\n')
    expect(lines.filter((line) => line.includes('passed'))).toEqual(['    10 ms   python3[812]  passed  /k'])
    expect(lines.findIndex((line) => line.includes('passed'))).toBeLessThan(
      lines.findIndex((line) => line.includes('> helper')),
    )
  })

  it('says what has no path: a pipe, who is at the other end of a socket, and from where a copy is', () => {
    const uses = [
      { event: { action: 'file_write' }, detpack: { object: { kind: 'pipe' }, descriptor: { number: 1 } } },
      { event: { action: 'file_read' }, detpack: { object: { kind: 'pipe' }, use: { bytes: 7 } } },
      { event: { action: 'descriptor_duplicate' }, detpack: { object: { kind: 'pipe' }, descriptor: { number: 0 } } },
      { event: { action: 'network_send' }, detpack: { object: { kind: 'socket' }, peer: { pid: 9, name: 'sshd' } } },
      { event: { action: 'file_write' }, file: { path: '/b' }, detpack: { source: { object: { path: '/a' } } } },
    ].map(({ event: { action }, ...rest }, i) =>
      event(5 + i, 10, { event: { action }, process: { name: 'p' }, ...rest }),
    )
    const lines = renderTimeline({ ...alert, hops: uses }, { rule: ordered, program, repeats: 1 }, plain).split('\n')
    const said = lines.flatMap((line) => /^ +10 ms +p +(.*)/.exec(line)?.[1]?.replace(/ +/g, ' ') ?? [])
    expect(said).toEqual([
      'wrote to a pipe fd 1',
      'read 7 B from a pipe',
      'duplicated a pipe fd 0',
      'sent -> sshd[9]',
      'wrote of /a to /b',
    ])
  })

  describe('whose data left after it', () => {
    const [read] = alert.steps
    const away = { event: { action: 'network_send' }, process: { name: 'curl', pid: 815 } }
    const left = event(9, 5000, { ...away, destination: { ip: '203.0.113.9', port: 443 } })
    const wrote = event(7, 4000, { event: { action: 'file_write' }, process: { name: 'sh' }, file: { path: '/c' } })
    const bare = { ...alert, last: alert.first, steps: read === undefined ? [] : [read], hops: [wrote, left] }

    it('says so by a mark, and where it went and by whom', () => {
      const shown = renderTimeline(bare, { rule: ordered, program, repeats: 1 }, plain)
      expect(shown).toContain('  5000 ms ! curl[815]     sent   -> 203.0.113.9:443\n')
      expect(shown).toContain('left      to 203.0.113.9:443, sent by curl[815] that held the data\n')
    })

    it('is told later with what is new, counted in time from its first line', () => {
      expect(renderSequel(bare, [left], ordered, plain).split('\n')).toEqual([
        'LATER     Key sent  rules/key.yml v3',
        '  5000 ms ! curl[815]  sent  -> 203.0.113.9:443',
        'left      to 203.0.113.9:443, sent by curl[815] that held the data',
        'alert     abcdef0123456789',
        '',
      ])
    })
  })

  it('quotes what an analyst would paste into a shell', () => {
    const hostile = event(9, 202, { process: { pid: "1; rm -rf '/'" } })
    const changed = { ...alert, steps: [{ as: 'send', rule: 'send', event: hostile }] }
    const shown = renderTimeline(changed, { rule: ordered, program, repeats: 1 }, plain)
    expect(shown).toContain(String.raw`detpack explain abcdef012345 '1; rm -rf '\''/'\'''`)
  })

  it('says for which task and where', () => {
    expect(shown).toContain('task summarize (run 7f3a)   host web-1   2026-01-01 00:00:00.202 UTC')
  })

  it('fills in what the next step needs, and leaves alone what the alert does not know', () => {
    expect(shown).toContain('1. Was the host meant?  detpack explain abcdef012345 815 {no.such}')
  })

  it('lets no control character of an event reach the terminal', () => {
    expect(shown).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/)
  })

  it('counts the alerts it stands for', () => {
    expect(renderTimeline(alert, { rule: ordered, program, repeats: 7 }, plain)).toContain('repeats   7 times')
  })
})

describe('an alert for other programs', () => {
  it('is one line with the lines of its events, null for an absence', () => {
    expect(JSON.parse(renderAlertLine(alert, ordered))).toEqual({
      id: 'abcdef0123456789',
      rule: { id: 'key-sent', name: 'key-sent', title: 'Key sent' },
      group: { object: 'o1' },
      first: '2026-01-01T00:00:00.000Z',
      last: '2026-01-01T00:00:00.202Z',
      events: [4, null, 9],
    })
  })
})

describe('the condition of a rule in words', () => {
  const used = { rule: 'read' as RuleId, span }
  it.each<[string, CorrelationBody]>([
    ['read, then send (at most 500ms later) within 10s, for one object', ordered.body],
    [
      'read, then send (at most 500ms later) within 10s, for one object, without read between read and send, and no read meanwhile',
      {
        type: 'ordered',
        steps: [read, send],
        joins: [],
        unless: [{ ...used, where: 'between', after: 0 }],
        until: used,
      },
    ],
    [
      'read and (read or no read) within 10s, for one object',
      {
        type: 'unordered',
        of: [used],
        condition: {
          op: 'all',
          of: [
            { op: 'rule', rule: used.rule },
            {
              op: 'any',
              of: [
                { op: 'rule', rule: used.rule },
                { op: 'not', of: { op: 'rule', rule: used.rule } },
              ],
            },
          ],
        },
      },
    ],
    [
      'number of events >= 10 and < 20 within 10s, for one object',
      {
        type: 'count',
        of: [used],
        bounds: [
          { operator: 'gte', value: 10 },
          { operator: 'lt', value: 20 },
        ],
      },
    ],
    [
      'distinct of file.path > 3 within 10s, for one object',
      {
        type: 'value',
        of: [used],
        measure: { of: 'distinct' },
        fields: ['file.path'],
        bounds: [{ operator: 'gt', value: 3 }],
      },
    ],
  ])('reads: %s', (words, body) => {
    expect(clauseInWords(rule(body), program)).toBe(words)
  })
})

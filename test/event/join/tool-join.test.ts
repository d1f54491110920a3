import { describe, expect, test } from 'vitest'
import type { UseEvent } from '../../../src/event/use-event.ts'
import { importText } from '../importing.ts'
import { claimed, joined, recorded } from './joining.ts'

const second = (at: number): string => new Date(Date.UTC(2026, 0, 1) + at * 1000).toISOString()

interface Line {
  readonly from: number
  readonly to: number
  readonly tool: string
  readonly given?: object
  readonly outcome?: string
  readonly run?: string | undefined
  readonly pid?: number
}

/** Claims of an agent of the run `r`. */
function calls(...lines: readonly Line[]): readonly UseEvent[] {
  const text = lines.map(({ from, to, given, ...line }) =>
    JSON.stringify({
      run: 'r',
      ...line,
      started: second(from),
      time: second(to),
      arguments: given,
      outcome: line.outcome ?? 'success',
    }),
  )
  return importText('jsonl', `${text.join('\n')}\n`).events
}

/** A use that the sensor saw in the run `r`. */
function use(at: number, action: string, more: Record<string, unknown> = {}, run = 'r'): object {
  const { class: name, ...fields } = more
  return {
    '@timestamp': second(at),
    event: { action, outcome: 'success' },
    host: { name: 'web-1' },
    process: { pid: 812 },
    ...fields,
    detpack: { task: { run }, ...(name !== undefined && { object: { class: name } }) },
  }
}

const key = (at: number): object => use(at, 'file_read', { class: 'credential', file: { path: '/home/a/.ssh/id_rsa' } })
const connect = (at: number, ip: string, port = 443): object =>
  use(at, 'network_connect', { destination: { ip, port } })
const reads = (path: string, from = 10, to = 11): Line => ({ from, to, tool: 'Read', given: { file_path: path } })

function views(of: readonly UseEvent[]): unknown[] {
  return of.map(({ detpack }) => detpack.tool?.view)
}

describe('a use that needs a call', () => {
  test.each([
    ['is claimed by a call that says it', [reads('/home/a/.ssh/id_rsa')], key(10.5), 'claimed'],
    ['is claimed by a call that names the path from somewhere', [reads('~/.ssh/id_rsa')], key(10.5), 'claimed'],
    ['is beyond a call that says something else', [reads('/home/a/x')], key(10.5), 'beyond'],
    ['has no call where none ran', [reads('/home/a/.ssh/id_rsa')], key(20), 'unclaimed'],
    [
      'is within a call that may do more',
      [{ from: 10, to: 11, tool: 'Bash', given: { command: 'make' } }],
      key(10.5),
      'within',
    ],
    [
      'is beyond a call of a tool that nobody declared',
      [{ from: 10, to: 11, tool: 'frobnicate' }],
      key(10.5),
      'beyond',
    ],
    ['is as near as the slack', [reads('/home/a/.ssh/id_rsa')], key(12), 'claimed'],
    ['is not nearer', [reads('/home/a/.ssh/id_rsa')], key(12.001), 'unclaimed'],
    [
      'is claimed by the one that says it of several',
      [reads('/a'), reads('/home/a/.ssh/id_rsa'), reads('/b')],
      key(10.5),
      'claimed',
    ],
    [
      'is claimed by a long call that began before others',
      [reads('/home/a/.ssh/id_rsa', 1, 30), reads('/b')],
      key(25),
      'claimed',
    ],
  ] as const)('%s', (_, lines, seen, view) => {
    expect(joined(calls(...lines), [seen]).events[0]?.detpack.tool?.view).toBe(view)
  })

  test('of the network is compared by address and port', () => {
    const fetch = { from: 10, to: 11, tool: 'WebFetch', given: { url: 'https://203.0.113.9/' } }
    const seen = [connect(10.5, '203.0.113.9'), connect(10.5, '203.0.113.9', 80), connect(10.5, '198.51.100.10')]
    expect(views(joined(calls(fetch), seen).events).slice(0, 3)).toEqual(['claimed', 'beyond', 'beyond'])
  })

  test('of the network may be that of a call which has a name only', () => {
    const fetch = { from: 10, to: 11, tool: 'WebFetch', given: { url: 'https://other.example/' } }
    const seen = [connect(10.5, '203.0.113.9'), connect(10.5, '203.0.113.9', 22)]
    expect(views(joined(calls(fetch), seen).events)).toEqual(['within', 'beyond', 'unchecked'])
  })

  test('is its own where the file of tools says so, unless a call says it', () => {
    const own = { paths: ['/home/a/.ssh/'], hosts: ['198.51.100.0/24', '2001:db8::9'] }
    const seen = [
      key(20),
      connect(20, '198.51.100.10'),
      connect(20, '2001:db8::9'),
      connect(20, '2001:db8::8'),
      key(10.5),
    ]
    const { events } = joined(calls(reads('/home/a/.ssh/id_rsa')), seen, { own })
    expect(views(events).slice(0, 5)).toEqual(['own', 'own', 'own', 'unclaimed', 'claimed'])
  })

  test('gets the name and the id of its call, and keeps what it had', () => {
    const made = calls(reads('/home/a/.ssh/id_rsa'))
    const [seen] = joined(made, [{ ...key(10.5), gen_ai: { agent: { name: 'notes' } } }]).events
    expect(seen).toMatchObject({ gen_ai: { agent: { name: 'notes' }, tool: { name: 'Read' } } })
    expect(seen?.detpack.tool).toEqual({ call: made[0]?.detpack.tool?.call, view: 'claimed' })
  })
})

test('what needs no call, what failed, and what is of another run is let be', () => {
  const seen = [
    use(20, 'file_read', { file: { path: '/usr/lib/x' } }),
    use(20, 'file_read', { class: 'public', file: { path: '/etc/motd' } }),
    use(20, 'network_connect', { destination: { ip: '127.0.0.1', port: 9 } }),
    { ...key(20), event: { action: 'file_read', outcome: 'failure' } },
    use(20, 'file_read', { class: 'credential', file: { path: '/k' } }, 'another'),
    { detpack: { watermark: second(20), sensor: { run: 'x' } } },
  ]
  const { events } = joined(calls(reads('/a')), seen)
  seen.forEach((event, at) => expect(events[at]).toBe(event))
})

describe('a call', () => {
  const other = use(30, 'process_exit')

  test.each([
    ['is seen when what it says was seen', reads('/home/a/.ssh/id_rsa'), [key(10.5)], 'seen'],
    ['is unseen when not', reads('/home/a/.ssh/id_rsa'), [other], 'unseen'],
    ['is unseen when it was at another time', reads('/home/a/.ssh/id_rsa'), [key(20)], 'unseen'],
    ['that failed is not checked', { ...reads('/a'), outcome: 'failed' }, [other], 'unchecked'],
    ['that says nothing is not checked', { from: 10, to: 11, tool: 'WebSearch' }, [other], 'unchecked'],
    ['without arguments is not checked', { from: 10, to: 11, tool: 'Read' }, [other], 'unchecked'],
    ['of a run that nobody saw is not checked', { ...reads('/a'), run: 'another' }, [other], 'unchecked'],
    [
      'of a program is seen when one was run',
      { from: 10, to: 11, tool: 'Bash', given: { command: 'ls' } },
      [use(10.5, 'process_exec')],
      'seen',
    ],
  ] as const)('%s', (_, line, seen, view) => {
    const { events } = joined(calls(line), [...seen])
    expect(events.find(({ event }) => event.action === 'tool_call')?.detpack.tool?.view).toBe(view)
  })

  test('says what of it was not seen', () => {
    const fetch = { from: 10, to: 11, tool: 'WebFetch', given: { url: 'http://203.0.113.9/' } }
    const { events } = joined(calls(fetch, reads('/a')), [other])
    expect(events.slice(1).map(({ detpack }) => detpack.tool?.unseen)).toEqual([
      ['network_connect 203.0.113.9:80', 'network_send 203.0.113.9:80'],
      ['file_read /a'],
    ])
  })

  test('is of the run of the process whose pid its log gives', () => {
    const { events } = joined(calls({ ...reads('/home/a/.ssh/id_rsa'), run: undefined, pid: 812 }), [key(10.5)])
    expect(views(events)).toEqual(['claimed', 'seen'])
  })
})

describe('the claims', () => {
  test('are left out where the sensor saw the run, and counted', () => {
    const { events, counts } = joined(calls(reads('/home/a/.ssh/id_rsa')), [key(10.5)])
    expect(events.map(({ event }) => event.action)).toEqual(['file_read', 'tool_call'])
    expect(counts).toMatchObject({ calls: 1, alone: 0, replaced: 1 })
  })

  test('stay where it did not', () => {
    const { events, counts } = joined(calls({ ...reads('/a'), run: 'another' }), [key(10.5)])
    expect(events.map(({ event }) => event.action)).toEqual(['file_read', 'tool_call', 'file_read'])
    expect(counts).toMatchObject({ calls: 1, alone: 1, replaced: 0 })
  })
})

test('doubled claims are one', () => {
  const made = calls(reads('/home/a/.ssh/id_rsa'))
  expect(joined([...made, ...made], [key(10.5)]).counts.calls).toBe(1)
})

test.each([
  ['tools-called', [], ['seen', 'seen']],
  ['tool-does-more', ['beyond', 'beyond'], ['seen', 'seen']],
  ['agent-acts-alone', ['unclaimed', 'unclaimed'], ['seen', 'seen']],
  ['tool-pretends', [], ['unseen', 'seen']],
  ['tool-calls-steal', [], ['seen', 'seen']],
])('the agent of %s', (name, odd, ofCalls) => {
  const { events } = joined(claimed(name), recorded(name))
  const ofUses = events.filter(({ event }) => event.action !== 'tool_call')
  expect(views(ofUses).filter((view) => view !== undefined && view !== 'claimed')).toEqual(odd)
  expect(views(events.filter(({ event }) => event.action === 'tool_call'))).toEqual(ofCalls)
})

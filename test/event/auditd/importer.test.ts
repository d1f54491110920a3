import { describe, expect, test } from 'vitest'
import type { UseEvent } from '../../../src/event/use-event.ts'
import { importText, logsOf } from '../importing.ts'

/** Records of one event: who did what on which file. */
function openOf(serial: number, file: string, { time = 1000 + serial, node = '' } = {}): string[] {
  const head = `msg=audit(${time}.000:${serial}):`
  return [
    `${node}type=SYSCALL ${head} arch=c000003e syscall=257 success=yes exit=3 a0=ffffff9c a1=7f a2=0 a3=0 items=1 ppid=6 pid=7 auid=1000 uid=1000 gid=1000 euid=1000 suid=1000 fsuid=1000 egid=1000 sgid=1000 fsgid=1000 tty=(none) ses=1 comm="cat" exe="/usr/bin/cat" key=(null)`,
    `${node}type=CWD ${head} cwd="/w"`,
    `${node}type=PATH ${head} item=0 name="${file}" inode=99 dev=fe:00 mode=0100600 ouid=0 ogid=0 rdev=00:00 nametype=NORMAL`,
    `${node}type=PROCTITLE ${head} proctitle=636174`,
  ]
}

const told = (events: readonly UseEvent[]) =>
  events.map(({ event, file, detpack }) => `${event.action} ${file?.path ?? detpack.loss?.count ?? ''}`)

const codesOf = (text: string) => importText('auditd', text).diagnostics.map((one) => one.code)

describe('the records of an event', () => {
  const [a, b] = [openOf(1, '/a', { time: 1000 }), openOf(2, '/b', { time: 1000 })]

  test('may be interleaved with those of another', () => {
    const lines = a.flatMap((line, at) => [b[at] ?? '', line])
    const { events, diagnostics } = importText('auditd', `${lines.join('\n')}\n`)
    expect([told(events), diagnostics]).toEqual([['file_open /a', 'file_open /b'], []])
  })

  test('need no last one: they are whole when nothing came for two seconds, and at the end', () => {
    const lines = [...a.slice(0, 3), ...openOf(2, '/b', { time: 1002 }).slice(0, 3)]
    expect(told(importText('auditd', lines.join('\n')).events)).toEqual(['file_open /a', 'file_open /b'])
  })

  test('are of one host where a log has several', () => {
    const lines = ['node=web-1 ', 'node=web-2 '].map((node) => openOf(1, '/a', { node }))
    const { events } = importText('auditd', (lines[0] ?? []).flatMap((line, at) => [line, lines[1]?.[at]]).join('\n'))
    expect(events.map((one) => one.host.name)).toEqual(['web-1', 'web-2'])
  })

  test('are found after what syslog puts in front, and as numbers of types', () => {
    const lines = a.map((line) => `Jan  1 00:00:00 web-1 audispd: ${line}`.replace('type=PATH', 'type=1302'))
    expect(told(importText('auditd', lines.join('\n')).events)).toEqual(['file_open /a'])
  })
})

describe('numbers', () => {
  test('order the events of one tick', () => {
    const text = [openOf(3, '/c', { time: 9 }), openOf(2, '/b', { time: 9 }), openOf(1, '/a', { time: 9 })].flat()
    const { events } = importText('auditd', text.join('\n'))
    expect(events.map((one) => one.event.sequence)).toEqual([1, 2, 3])
    expect(codesOf(text.join('\n'))).toEqual(['event/auditd-order'])
  })

  test('that are missing are counted on the event after them, and told once', () => {
    const { events, diagnostics, counts } = importText(
      'auditd',
      [...openOf(1, '/a'), ...openOf(5, '/b'), ...openOf(6, '/c'), ...openOf(9, '/d')].join('\n'),
    )
    expect(events.map((one) => one.detpack.lost)).toEqual([undefined, 3, undefined, 2])
    expect(counts.lost).toBe(5)
    expect(diagnostics.map((one) => [one.code, one.message])).toEqual([
      ['event/auditd-missing', expect.stringContaining('5 numbers of events are missing, in 2 holes')],
    ])
  })

  test('that begin anew are of a host that was started again', () => {
    const { events, diagnostics } = importText(
      'auditd',
      [...openOf(5000, '/a', { time: 9 }), ...openOf(12, '/b', { time: 99 })].join('\n'),
    )
    expect(new Set(events.map((one) => one.host.boot.id)).size).toBe(2)
    expect(new Set(events.map((one) => one.process.entity_id)).size).toBe(2)
    expect(diagnostics).toEqual([])
  })

  test('of files in a wrong order are told, and no event is left out', () => {
    const text = [...openOf(50, '/b', { time: 99 }), ...openOf(51, '/c', { time: 99 }), ...openOf(2, '/a', { time: 9 })]
    expect(told(importText('auditd', text.join('\n')).events).sort()).toEqual([
      'file_open /a',
      'file_open /b',
      'file_open /c',
    ])
    expect(codesOf(text.join('\n'))).toEqual(['event/auditd-order'])
  })
})

describe('what the kernel or auditd lost is an event', () => {
  test.each([
    [['audit: audit_lost=12 audit_rate_limit=0 audit_backlog_limit=64'], [12]],
    [
      ['audit: audit_lost=3 audit_rate_limit=0', 'audit: audit_lost=10 audit_rate_limit=0'],
      [3, 7],
    ],
    [['kernel: audit: rate limit exceeded'], [1]],
    [['auditd[9]: queue to plugins is full - dropping event'], [1]],
    [['audit: backlog limit exceeded', 'audit: audit_backlog=65 > audit_backlog_limit=64'], []],
  ])('%j', (lines, counts) => {
    const { events, diagnostics } = importText('auditd', [...openOf(1, '/a'), ...lines].join('\n'))
    expect(told(events)).toEqual(['file_open /a', ...counts.map((count) => `sensor_loss ${count}`)])
    expect(diagnostics).toEqual([])
  })
})

describe('a log that is not whole gives a diagnostic, and the rest', () => {
  const [syscall = '', cwd = '', file = '', title = ''] = openOf(1, '/a')
  const rest = openOf(2, '/b').join('\n')

  test.each([
    ['cut at its end', `${rest}\n${syscall.slice(0, 200)}`, ['file_open /b'], ['event/auditd-cut']],
    ['cut in a quote', `${cwd.slice(0, -1)}\n${rest}`, ['file_open /b'], ['event/auditd-cut']],
    ['with a cut inode', `${file.slice(0, 62)}\n${rest}`, ['file_open /b'], ['event/auditd-cut']],
    ['torn into another', `${syscall.slice(0, 99)}${rest}`, ['file_open /b'], ['event/auditd-cut']],
    ['torn in its head', `${syscall.slice(0, 24)}${rest}`, ['file_open /b'], ['event/auditd-record']],
    ['without a line feed', `${syscall}${cwd}\n${file}${title}\n${rest}`, ['file_open /a', 'file_open /b'], []],
    ['with zeros of a crash', `${'\0'.repeat(99)}${rest}`, ['file_open /b'], []],
    ['binary', `\u0001\ufffd\u0002\n${rest}`, ['file_open /b'], ['event/auditd-record']],
    ['too long', `${'x'.repeat(300_000)}\n${rest}`, ['file_open /b'], ['event/auditd-long-line']],
    [
      'with a wrong number',
      `${title.replace(':1)', ':9999999999)')}\n${rest}`,
      ['file_open /b'],
      ['event/auditd-record'],
    ],
  ])('%s', (_, text, events, codes) => {
    const imported = importText('auditd', text)
    expect([told(imported.events), imported.diagnostics.map((one) => one.code)]).toEqual([events, codes])
  })

  test('bytes that are no UTF-8', () => {
    const bytes = Buffer.concat([Buffer.from([0xff, 0xfe, 0x00, 0x0a]), Buffer.from(rest)])
    expect(told(importText('auditd', bytes).events)).toEqual(['file_open /b'])
  })

  test('a message of a program cannot forge a record', () => {
    const forged = `type=USER_CMD msg=audit(1001.000:1): pid=9 uid=0 msg='cmd="x ${syscall.replaceAll('"', '')}' res=success`
    expect(told(importText('auditd', `${forged}\n${rest}`).events)).toEqual(['file_open /b'])
  })
})

test('recordings of auditd are read without a complaint, but for numbers that the recorder left out', () => {
  const others = [...logsOf('auditd')].flatMap(([name, text]) =>
    name.includes('/recordings/') ? codesOf(text).map((code) => `${name}: ${code}`) : [],
  )
  expect(others.filter((one) => !one.endsWith('event/auditd-missing'))).toEqual([])
})

test('no event carries a secret of the arguments', () => {
  const secret = 'PLANTED-SECRET'
  const [syscall = '', cwd = '', file = ''] = openOf(1, '/usr/bin/x')
  const exec = syscall.replace('syscall=257', 'syscall=59').replace('exit=3', 'exit=0')
  const args = `type=EXECVE msg=audit(1001.000:1): argc=6 a0="x" a1="--token" a2="${secret}" a3="API_KEY=${secret}" a4="https://u:${secret}@h/" a5=${Buffer.from(`Bearer ${secret}`).toString('hex').toUpperCase()}`
  const title = `type=PROCTITLE msg=audit(1001.000:1): proctitle=${Buffer.from(`x\0--token\0${secret}`).toString('hex').toUpperCase()}`
  for (const lines of [
    [exec, args, cwd, file, title],
    [exec, cwd, file, title],
  ]) {
    const { events } = importText('auditd', lines.join('\n'))
    expect(events.map((one) => one.event.action)).toEqual(['process_exec'])
    expect(JSON.stringify(events)).not.toContain(secret)
  }
})

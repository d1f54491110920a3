import { describe, expect, test } from 'vitest'
import { parseLine } from '../../../src/event/strace/line.ts'

const time = 1_700_000_000_000_123

describe('the process stands in front', () => {
  test.each([
    ['1700000000.000123 close(3) = 0', null],
    ['41 1700000000.000123 close(3) = 0', 41],
    ['41    1700000000.000123 close(3) = 0', 41],
    ['[pid 41] 1700000000.000123 close(3) = 0', 41],
    ['[pid    41] 1700000000.000123 close(3) = 0', 41],
  ])('%s', (line, pid) => expect(parseLine(line)).toMatchObject({ kind: 'call', pid, time, text: 'close(3) = 0' }))
})

describe('what a line is', () => {
  test.each([
    ['read(3</x>,  <unfinished ...>', { kind: 'unfinished', text: 'read(3</x>, ' }],
    ['<... read resumed>"a", 1) = 1', { kind: 'resumed', name: 'read', text: '"a", 1) = 1' }],
    ['--- SIGCHLD {si_signo=SIGCHLD} ---', { kind: 'signal' }],
    ['+++ exited with 3 +++', { kind: 'end', how: { kind: 'exited', status: 3 } }],
    ['+++ killed by SIGKILL (core dumped) +++', { kind: 'end', how: { kind: 'killed', signal: 'SIGKILL' } }],
    ['+++ superseded by execve in pid 9 +++', { kind: 'end', how: { kind: 'superseded', by: 9 } }],
    ['+++ strange +++', { kind: 'bad', problem: 'no-call' }],
    ['no call', { kind: 'bad', problem: 'no-call' }],
  ])('%s', (rest, expected) => expect(parseLine(`7 1700000000.000123 ${rest}`)).toMatchObject(expected))

  test.each(['', ' \t', 'strace: Process 4 attached', '[ Process PID=4 runs in 32 bit mode. ]'])('talk: %s', (line) => {
    expect(parseLine(line)).toEqual({ kind: 'talk' })
  })

  test.each(['close(3) = 0', '7 close(3) = 0', '7 12:00:01.000001 close(3) = 0', '7 12:00:01 close(3) = 0'])(
    'no time since 1970: %s',
    (line) => expect(parseLine(line)).toMatchObject({ kind: 'bad', problem: 'no-time' }),
  )
})

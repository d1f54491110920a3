import { describe, expect, test } from 'vitest'
import { isProblem, parseCall } from '../../../src/event/strace/call.ts'
import { flagsOf, numberOf, type DescriptorValue, type Value } from '../../../src/event/system-call/value.ts'

function argsOf(text: string): readonly Value[] {
  const call = parseCall(`x(${text}) = 0`)
  if (isProblem(call)) throw new Error(`${call.at}: ${call.message}`)
  return call.args
}

const word = (text: string): Value => ({ kind: 'word', text })
const text = (content: string, truncated = false): Value => ({ kind: 'text', text: content, truncated })
const descriptor = (number: number | null, shown: string, device = false): DescriptorValue => ({
  kind: 'descriptor',
  number,
  shown,
  device,
})

describe('a value', () => {
  test.each<[string, readonly Value[]]>([
    ['', []],
    ['-1, NULL, 0x10', [word('-1'), word('NULL'), word('0x10')]],
    ['O_RDWR|O_CREAT|0x8000', [word('O_RDWR|O_CREAT|0x8000')]],
    ['1<<CAP_CHOWN|1<<CAP_KILL', [word('1<<CAP_CHOWN|1<<CAP_KILL')]],
    ['"a\\"b\\\\c\\n\\t\\303\\251\\x41"', [text('a"b\\c\n\t\u00e9A')]],
    ['"\\377"', [text('\ufffd')]],
    ['"abc"...', [text('abc', true)]],
    ['3</etc/passwd>', [descriptor(3, '/etc/passwd')]],
    ['3</tmp/a\\74b\\76>', [descriptor(3, '/tmp/a<b>')]],
    ['3</tmp/[a, "b>, 4', [descriptor(3, '/tmp/[a, "b'), word('4')]],
    ['3</tmp/gone>(deleted)', [{ ...descriptor(3, '/tmp/gone'), deleted: true }]],
    ['0</dev/null<char 1:3>>', [descriptor(0, '/dev/null', true)]],
    ['AT_FDCWD</home/x>', [descriptor(null, '/home/x')]],
    ['3<TCP:[127.0.0.1:5->127.0.0.1:443]>', [descriptor(3, 'TCP:[127.0.0.1:5->127.0.0.1:443]')]],
    ['3<TCPv6:[[::1]:5->[::1]:443]>', [descriptor(3, 'TCPv6:[[::1]:5->[::1]:443]')]],
    ['4<UNIX-STREAM:[1->2,"/run/]>x"]>', [descriptor(4, 'UNIX-STREAM:[1->2,"/run/]>x"]')]],
    ['5<pipe:[123]>', [descriptor(5, 'pipe:[123]')]],
    ['6<anon_inode:[eventpoll]>', [descriptor(6, 'anon_inode:[eventpoll]')]],
    ['[3<pipe:[1]>, 4<pipe:[1]>]', [{ kind: 'list', items: [descriptor(3, 'pipe:[1]'), descriptor(4, 'pipe:[1]')] }]],
    ['~[INT TERM]', [{ kind: 'list', items: [word('INT'), word('TERM')] }]],
    ['htons(443)', [{ kind: 'apply', name: 'htons', args: [word('443')] }]],
    ['16 => 18', [{ kind: 'change', before: word('16'), after: word('18') }]],
    ['0x7ffe /* 3 vars */', [word('0x7ffe')]],
    [
      '{a=1, b=[2], c={d="e"}, ...}',
      [
        {
          kind: 'struct',
          fields: new Map<string, Value>([
            ['a', word('1')],
            ['b', { kind: 'list', items: [word('2')] }],
            ['c', { kind: 'struct', fields: new Map([['d', text('e')]]) }],
          ]),
        },
      ],
    ],
    ['{__proto__=1}', [{ kind: 'struct', fields: new Map([['__proto__', word('1')]]) }]],
  ])('%s', (written, values) => expect(argsOf(written)).toEqual(values))
})

describe('a result', () => {
  test.each([
    ['= 3', { kind: 'value', value: word('3'), number: 3 }],
    ['= 3</x>', { kind: 'value', value: descriptor(3, '/x'), number: 3 }],
    ['= 0x7ffff7fc0000', { kind: 'value', value: word('0x7ffff7fc0000'), number: 0x7ffff7fc0000 }],
    ['= 0x1 (flags FD_CLOEXEC)', { kind: 'value', value: word('0x1'), number: 1 }],
    ['= 18446744073709551615', { kind: 'value', value: word('18446744073709551615'), number: undefined }],
    ['= -1 ENOENT (No such file or directory)', { kind: 'error', errno: 'ENOENT' }],
    ['= ? ERESTARTSYS (To be restarted if SA_RESTART is set)', { kind: 'restart' }],
    ['= ?', { kind: 'none' }],
  ])('%s', (written, result) => expect(parseCall(`read(3) ${written}`)).toMatchObject({ result }))

  test('is followed by the time in the call', () => {
    expect(parseCall('read(3) = -1 EBADF (Bad file descriptor) <1.000023>')).toMatchObject({ duration: 1_000_023 })
    expect(parseCall('read(3) = 0')).toMatchObject({ duration: undefined })
  })
})

describe('what is no call says where', () => {
  test.each([
    ['(1) = 0', 0],
    ['read 3', 4],
    ['read(3', 6],
    ['read("abc', 5],
    ['read([1, 2) = 0', 10],
    ['read({a=1', 5],
    ['read(3</x', 5],
    ['read(3)', 7],
    ['read(3) = "x"', 10],
    [`read(${'['.repeat(100)}`, 37],
    [`read(${'1,'.repeat(30_000)}) = 0`, 40_005],
  ])('%#: at %s', (written, at) => expect(parseCall(written)).toMatchObject({ at }))
})

describe('numbers and flags', () => {
  test.each([
    ['0644', 0o644],
    ['-100', -100],
    ['0x1f', 31],
    ['99999999999999999999', undefined],
    ['O_RDONLY', undefined],
  ])('%s', (written, number) => expect(numberOf(word(written))).toBe(number))

  test('nothing is no flag', () => {
    expect(['0', 'NULL', 'A|0x10'].map((one) => flagsOf(word(one)))).toEqual([[], [], ['A', '0x10']])
  })
})

import { expect, it } from 'vitest'
import { judgeCanary, judgeClock, judgeShippers } from '../../../src/govern/host/shipping.ts'

it.each([
  ['yes\n', null, 'pass'],
  ['no\n', null, 'fail'],
  [null, 'Reference ID    : 7F000001\nLeap status     : Normal\n', 'pass'],
  [null, 'Leap status     : Not synchronised\n', 'fail'],
  [null, null, 'unknown'],
])('judges the clock by %j and %j', (timedatectl, chrony, result) => {
  expect(judgeClock(timedatectl, chrony).result).toBe(result)
})

it('judges by what runs whether something ships', () => {
  const active = (...names: readonly string[]): ReadonlyMap<string, string> =>
    new Map(names.map((name) => [name, 'active']))
  expect(
    judgeShippers(
      new Map([
        ['a', 'inactive'],
        ['b', 'active'],
      ]),
      '',
    ).result,
  ).toBe('pass')
  expect(judgeShippers(new Map([['a', 'activating']]), '').result).toBe('fail')
  expect(judgeShippers(null, '').result).toBe('unknown')
  expect(judgeShippers(active('rsyslog.service'), '# *.* @@loghost\n*.* /var/log/syslog\n').result).toBe('fail')
  expect(judgeShippers(active('rsyslog.service'), '*.* @@loghost:514\n').result).toBe('pass')
  expect(judgeShippers(active('rsyslog.service'), 'action(type="omfwd" target="loghost")\n').result).toBe('pass')
})

it('takes shipping for proved only when the event was found', () => {
  const sent = { id: 'r-1', target: 'elastic', after: 2500 }
  expect(judgeCanary({ kind: 'found', ...sent })).toMatchObject({
    result: 'pass',
    evidence: [expect.stringContaining('after 2.5 s')],
  })
  expect(judgeCanary({ kind: 'not-found', ...sent }).result).toBe('fail')
  expect(judgeCanary({ kind: 'not-sent', why: 'no' }).result).toBe('unknown')
})

import { expect, it } from 'vitest'
import type { JsonObject } from '../../../src/event/field.ts'
import { asked, observed, START } from './event.ts'

/** What the sensor tells from time to time, second by second of 2026. */
function made(from: number, to: number, names: readonly string[], more: JsonObject = {}): JsonObject {
  return {
    '@timestamp': new Date(Date.UTC(2026, 0, 1, 0, 0, to)).toISOString(),
    'event.action': 'sensor_syscalls',
    'event.start': new Date(Date.UTC(2026, 0, 1, 0, 0, from)).toISOString(),
    'detpack.sensor.run': 'one',
    'detpack.syscalls': names,
    ...more,
  }
}

/** Uses at the seconds 0 and 1, by one run of the sensor. */
const USES = [START, asked('CAP_CHOWN', 'chown')].map((use) => ({ ...use, 'detpack.sensor.run': 'one' }))

it('are those of all that the sensor told of the service, each with the first and last time', () => {
  const { made: all } = observed(...USES, made(0, 60, ['read', 'bind']), made(60, 120, ['read']))
  const second = (at: number): number => Date.UTC(2026, 0, 1, 0, 0, at)
  expect(all && Object.fromEntries(all)).toEqual({
    bind: { first: second(0), last: second(60) },
    read: { first: second(0), last: second(120) },
  })
})

it.each([
  ['not noted', [], false],
  ['those of another service', [made(0, 60, ['read'], { 'service.name': 'other.service' })], false],
  ['noted from too late on', [made(1, 60, ['read'])], true],
  ['not noted to the end', [made(0, 0, ['read'])], true],
  ['noted by another run of the sensor only', [made(0, 60, ['read'], { 'detpack.sensor.run': 'two' })], true],
  ['noted in the cgroup of another start only', [made(0, 60, ['read'], { 'detpack.cgroup.id': '2' })], true],
  [
    'beside calls of another architecture, which are not noted',
    [{ ...START, 'detpack.route': 'compat', 'detpack.sensor.run': 'one' }, made(0, 60, ['read'])],
    true,
  ],
] as const)('are not known where they were %s', (_what, told, inPart) => {
  expect(observed(...USES, ...told)).toMatchObject({ made: null, madeInPart: inPart })
})

it('are no uses of the service', () => {
  expect(observed(...USES, made(0, 60, ['read'])).actions).toEqual(observed(...USES).actions)
})

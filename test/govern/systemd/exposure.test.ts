import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it, test } from 'vitest'
import { Source } from '../../../src/diagnostic/source.ts'
import { exposureOf } from '../../../src/govern/systemd/exposure.ts'
import { loadUnitFile } from '../../../src/govern/systemd/load-unit.ts'
import { readSettings } from '../../../src/govern/systemd/read-setting.ts'
import { parseUnit } from '../../../src/govern/systemd/unit-text.ts'

const folder = path.join(import.meta.dirname, 'debian12')
const [, ...stock] = readFileSync(path.join(folder, 'exposure.tsv'), 'utf8').trim().split('\n')

// The settings of stock units of Debian 12 with what systemd-analyze 252 said of them.
test.each(stock.map((line) => line.split('\t') as [string, string, string]))('%s: %s %s', (unit, overall, level) => {
  const loading = loadUnitFile(path.join(folder, unit))
  if (loading.kind !== 'unit') throw new Error(loading.kind)
  const exposure = exposureOf(readSettings(loading.unit.assignments).settings)
  expect(`${exposure.overall.toFixed(1)} ${exposure.level}`).toBe(`${overall} ${level}`)
})

function badness(id: string, ...lines: readonly string[]): number | null | undefined {
  const { assignments } = parseUnit(new Source('a.service', ['[Service]', ...lines].join('\n')))
  return exposureOf(readSettings(assignments).settings).items.find((item) => item.id === id)?.badness
}

it('does not rate what needs file systems of a service that starts before them', () => {
  const overall = (...lines: readonly string[]): number => {
    const { assignments } = parseUnit(
      new Source('a.service', [...lines, '[Service]', 'ExecStart=/bin/true'].join('\n')),
    )
    return exposureOf(readSettings(assignments).settings).overall
  }
  // As systemd-analyze 252 printed it.
  expect([overall(), overall('[Unit]', 'DefaultDependencies=no')]).toEqual([9.6, 9.5])
  expect(overall('[Unit]', 'DefaultDependencies=no', 'DefaultDependencies=maybe')).toBe(9.5)
})

it('does not ask for the groups of a service that is root', () => {
  expect(badness('SupplementaryGroups', 'SupplementaryGroups=adm')).toBeNull()
  expect(badness('SupplementaryGroups', 'SupplementaryGroups=adm', 'User=www-data')).toBe(1)
})

it('takes what a dynamic user brings with it', () => {
  expect(badness('ProtectSystem', 'DynamicUser=yes', 'ProtectSystem=full')).toBe(0)
  expect(badness('ProtectHome', 'DynamicUser=yes')).toBe(5)
  expect(badness('UserOrDynamicUser', 'DynamicUser=yes', 'User=root')).toBe(10)
})

it('counts the devices that other settings allow', () => {
  expect(badness('DeviceAllow', 'PrivateDevices=yes')).toBe(0)
  expect(badness('DeviceAllow', 'PrivateDevices=yes', 'ProtectClock=yes')).toBe(5)
})

it('rates an allow list that lets a group through less bad than a deny list that forgets it', () => {
  expect(badness('SystemCallFilter_mount', 'SystemCallFilter=@mount')).toBe(9)
  expect(badness('SystemCallFilter_mount', 'SystemCallFilter=~@swap')).toBe(10)
  expect(badness('SystemCallFilter_swap', 'SystemCallFilter=~@swap')).toBe(0)
})

it('needs every address denied, and then rates what is allowed', () => {
  expect(badness('IPAddressDeny', 'IPAddressDeny=0.0.0.0/0')).toBe(10)
  expect(badness('IPAddressDeny', 'IPAddressDeny=any')).toBe(0)
  expect(badness('IPAddressDeny', 'IPAddressDeny=any', 'IPAddressAllow=localhost')).toBe(2)
  expect(badness('IPAddressDeny', 'IPAddressDeny=any', 'IPAddressAllow=10.0.0.0/8')).toBe(5)
})

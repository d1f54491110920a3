import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { loadUnit, loadUnitFile, serviceNames } from '../../../src/govern/systemd/load-unit.ts'

let root = ''
beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'detpack-units-'))
})
afterEach(() => {
  rmSync(root, { recursive: true })
})

function write(file: string, text = `[Service]\nUser=${path.basename(file)}\n`): void {
  const place = path.join(root, file)
  mkdirSync(path.dirname(place), { recursive: true })
  writeFileSync(place, text)
}

function link(file: string, target: string): void {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true })
  symlinkSync(target, path.join(root, file))
}

/** Below the root; of what is no unit the kind of answer. */
function files(name: string): readonly string[] {
  const loading = loadUnit(root, name)
  return loading.kind === 'unit' ? loading.unit.files.map((file) => path.relative(root, file)) : [loading.kind]
}

it('takes the unit file of the highest folder', () => {
  write('usr/lib/systemd/system/a.service')
  write('etc/systemd/system/a.service')
  expect(files('a.service')).toEqual(['etc/systemd/system/a.service'])
})

it('puts drop-ins in order of their names over all folders, one of each name', () => {
  write('usr/lib/systemd/system/a.service')
  write('usr/lib/systemd/system/a.service.d/20.conf')
  write('usr/lib/systemd/system/a.service.d/10.conf')
  write('etc/systemd/system/a.service.d/10.conf')
  write('run/systemd/system/a.service.d/10.conf')
  write('etc/systemd/system/service.d/30.conf')
  expect(files('a.service').slice(1)).toEqual([
    'etc/systemd/system/a.service.d/10.conf',
    'usr/lib/systemd/system/a.service.d/20.conf',
    'etc/systemd/system/service.d/30.conf',
  ])
})

// Each found by comparing with systemd-analyze 252 on random trees.
it('lets the unit folder count before how near the name is', () => {
  write('usr/lib/systemd/system/a-b.service')
  write('usr/lib/systemd/system/a-b.service.d/10.conf')
  write('etc/systemd/system/a-.service.d/10.conf')
  write('etc/systemd/system/service.d/10.conf')
  expect(files('a-b.service').slice(1)).toEqual(['etc/systemd/system/a-.service.d/10.conf'])
})

it('finds the drop-ins of an instance, its template and their prefixes', () => {
  write('usr/lib/systemd/system/a-b@.service')
  for (const [i, own] of ['a-b@x-y', 'a-b@', 'a-', 'a-@x-y', 'a-@'].entries())
    write(`etc/systemd/system/${own}.service.d/${i}.conf`)
  for (const own of ['a-b@x-', 'a-b-', 'a-b']) write(`etc/systemd/system/${own}.service.d/other.conf`)
  expect(
    files('a-b@x-y.service')
      .slice(1)
      .map((file) => path.basename(file)),
  ).toEqual(['0.conf', '1.conf', '2.conf', '3.conf', '4.conf'])
})

it('prefers the drop-in of an instance to that of its template', () => {
  write('usr/lib/systemd/system/a@.service')
  write('etc/systemd/system/a@.service.d/1.conf')
  write('etc/systemd/system/a@x.service.d/1.conf')
  expect(files('a@x.service').slice(1)).toEqual(['etc/systemd/system/a@x.service.d/1.conf'])
})

it('leaves out what is masked', () => {
  write('usr/lib/systemd/system/a.service')
  write('usr/lib/systemd/system/a.service.d/1.conf')
  link('etc/systemd/system/a.service.d/1.conf', '/dev/null')
  expect(files('a.service')).toEqual(['usr/lib/systemd/system/a.service'])
  link('etc/systemd/system/a.service', '/dev/null')
  expect(files('a.service')).toEqual(['masked'])
})

it('follows links as they look from inside the root, and not out of it', () => {
  write('usr/lib/systemd/system/real.service')
  link('etc/systemd/system/alias.service', '/usr/lib/systemd/system/real.service')
  link('etc/systemd/system/near.service', '../../../usr/lib/systemd/system/real.service')
  link('etc/systemd/system/out.service', '../../../../../../../../etc/passwd')
  write('etc/systemd/system/real.service.d/1.conf')
  expect(files('alias.service')).toEqual([
    'etc/systemd/system/alias.service',
    'etc/systemd/system/real.service.d/1.conf',
  ])
  expect(files('near.service')).toHaveLength(2)
  expect(files('out.service')).toEqual(['missing'])
})

it('reads a unit file that lies anywhere, with the drop-ins beside it', () => {
  write('x/a.service')
  write('x/a.service.d/1.conf')
  const loading = loadUnitFile(path.join(root, 'x/a.service'))
  expect(loading.kind === 'unit' && loading.unit.files).toHaveLength(2)
  expect(loadUnitFile(path.join(root, 'x/b.service')).kind).toBe('missing')
})

it('lists the services of a root', () => {
  write('usr/lib/systemd/system/b.service')
  write('etc/systemd/system/a.service')
  write('etc/systemd/system/t@.service')
  link('etc/systemd/system/alias.service', '/usr/lib/systemd/system/b.service')
  link('etc/systemd/system/masked.service', '/dev/null')
  expect(serviceNames(root)).toEqual(['a.service', 'b.service', 'masked.service', 't@.service'])
})

import { expect, it } from 'vitest'
import { meaningOf, Shapes } from '../../../src/behaviour/baseline/shape.ts'

const HOMES = ['/root', '/home/*']
const shapes = new Shapes(HOMES)

it.each([
  ['/home/anna/notes/report.txt', '~/notes/report.txt'],
  ['/root/notes/report-2026-01-31.txt', '~/notes/report-{date}.txt'],
  ['/home/anna/notes/20260131.txt', '~/notes/{date}.txt'],
  ['/home/anna', '/home/anna'],
  ['/var/log/app/worker-12.log', '/var/log/app/worker-{n}.log'],
  ['/tmp/tmpab12cd_x', '/tmp/{tmp}'],
  ['/tmp/tmp.Xa8Qm1Zz0P', '/tmp/{tmp}'],
  ['/srv/data.txt.aB3dE9', '/srv/data.txt.{tmp}'],
  ['/srv/.notes.swp', '/srv/{tmp}'],
  ['/srv/objects/3f/9ac1d0e77b2245aa', '/srv/objects/{hex}/{hex}'],
  ['/home/anna/app/.git/objects/ab/tmp_obj_cyP90M', '~/app/.git/objects/{hex}/{tmp}'],
  ['/home/anna/app/.git/trxf30s', '~/app/.git/{tmp}'],
  ['/srv/ab/trxf30s', '/srv/ab/trxf{n}s'],
  ['/tmp/ccbTZhGq.s', '/tmp/{tmp}'],
  ['/srv/ccbTZhGq', '/srv/ccbTZhGq'],
  ['/srv/0b9d6a0e-8a3c-4f3f-9d5e-2f2b1c9d7e11.json', '/srv/{uuid}.json'],
  ['/usr/lib/python3.11/json/decoder.py', '/usr/lib/python{n}.{n}/**'],
  ['/proc/812/mem', '/proc/{n}/mem'],
  ['/etc/passwd', '/etc/passwd'],
  ['/srv/*', '/srv/{any}'],
  ['/srv/{n}', '/srv/{any}'],
  ['/', '/'],
  ['relative/x1', 'relative/x{n}'],
])('%s has the shape %s', (path, shape) => {
  expect(shapes.of(path)).toBe(shape)
})

it.each([
  ['/etc/passwd', { paths: ['/etc/passwd'], expressions: [] }],
  ['~/a.b', { paths: ['/root/a.b'], expressions: ['^/home/[^/]+/a\\.b$'] }],
  ['/tmp/{tmp}', { paths: [], expressions: ['^/tmp/[^/]+$'] }],
  ['/usr/lib/python{n}.{n}/**', { paths: [], expressions: ['^/usr/lib/python[0-9]+\\.[0-9]+/.*$'] }],
])('%s stands for %o', (shape, meaning) => {
  expect(meaningOf(shape, HOMES)).toEqual(meaning)
})

it.each([
  '/home/anna/notes/report-2026-01-31.txt',
  '/usr/lib/x86_64-linux-gnu/libc.so.6',
  '/tmp/tmpab12cd_x',
  '/srv/*',
])('means %s by its shape, among others', (path) => {
  const { paths, expressions } = meaningOf(shapes.of(path), HOMES)
  expect(paths.includes(path) || expressions.some((one) => new RegExp(one).test(path))).toBe(true)
})

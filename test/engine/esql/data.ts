import type { FieldType } from '../../../src/engine/field-type.ts'
import type { JsonObject } from '../../../src/event/field.ts'

export const types: ReadonlyMap<string, FieldType> = new Map([
  ['@timestamp', 'date'],
  ['at', 'date'],
  ['i', 'long'],
  ['k', 'keyword'],
  ['several', 'keyword'],
  ['n', 'long'],
  ['ns', 'long'],
  ['d', 'double'],
  ['ip', 'ip'],
  ['b', 'boolean'],
  ['nested.name', 'keyword'],
])

const texts = [
  'a',
  'b',
  'A',
  '',
  'paſſe',
  'İx',
  'straße',
  'a*b?c\\d"e',
  '😀x',
  'a\nb',
  '5',
  'ΑΣ',
  null,
  'zz',
  'ab',
  '\ue000',
]
const several = [['x'], ['y', 'x'], ['x', 'x'], [], ['b', 'a', 'c'], null, ['xx']]
const addresses = ['10.0.0.1', '10.255.0.1', '::1', 'fe80::1', '2001:db8::1', null, '192.168.0.1']

/** Every kind of value, nothing and several of them among it. */
export const documents: readonly JsonObject[] = Array.from({ length: 32 }, (_, i): JsonObject => ({
  '@timestamp': new Date(Date.UTC(2026, 0, 1) + i * 700).toISOString(),
  at: new Date(Date.UTC(2025 + (i % 3), (i * 5) % 12, 1 + ((i * 7) % 28), i % 24, i, i, i)).toISOString(),
  i,
  k: texts[i % texts.length] ?? null,
  several: several[i % several.length] ?? null,
  n: i % 5 === 4 ? null : i % 4,
  ns: i % 3 === 0 ? [3, 1, 3] : i % 3 === 1 ? i : null,
  d: i % 6 === 5 ? null : (i % 4) / 2,
  ip: addresses[i % addresses.length] ?? null,
  b: i % 7 === 6 ? null : i % 2 === 0,
  ...(i % 4 === 0 && { nested: { name: i % 8 === 0 ? 'x' : 'y' } }),
}))

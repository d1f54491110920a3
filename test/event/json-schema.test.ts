import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { describe, expect, test } from 'vitest'
import { emitJsonSchema } from '../../src/event/json-schema.ts'
import { example } from './example.ts'

const ajv = new Ajv2020({ allErrors: true })
formats.default(ajv)
const isEvent = ajv.compile(emitJsonSchema())

test('takes a whole event', () => {
  expect([isEvent(example), isEvent.errors]).toEqual([true, null])
})

test('takes ECS fields that are not ours', () => {
  expect(isEvent({ ...example, cloud: { region: 'x' }, host: { ...example.host, uptime: 3 } })).toBe(true)
})

describe('refuses', () => {
  test.each<[string, object, string]>([
    ['an event without a process', { process: undefined }, '/'],
    ['a misspelt field of ours', { detpack: { ...example.detpack, rout: 'mmap' } }, '/detpack'],
    ['a misspelt field deeper', { detpack: { ...example.detpack, flow: { ages: 1 } } }, '/detpack/flow'],
    ['an unknown action', { event: { ...example.event, action: 'file_raed' } }, '/event/action'],
    ['a number as text', { process: { ...example.process, pid: '1' } }, '/process/pid'],
    ['half a number', { process: { ...example.process, pid: 1.5 } }, '/process/pid'],
    ['one value where a list is due', { event: { ...example.event, category: 'file' } }, '/event/category'],
    ['a time without a zone', { '@timestamp': '2026-03-01T12:00:00' }, '/@timestamp'],
    ['an address that is none', { destination: { ip: '10.0.0.300' } }, '/destination/ip'],
  ])('%s', (_, change, place) => {
    const event = JSON.parse(JSON.stringify({ ...example, ...change })) as unknown
    expect(isEvent(event)).toBe(false)
    expect(isEvent.errors?.map((one) => one.instancePath || '/')).toContain(place)
  })
})

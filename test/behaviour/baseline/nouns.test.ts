import { expect, it } from 'vitest'
import { nounsOf } from '../../../src/behaviour/baseline/nouns.ts'

it('finds the paths, addresses and hosts that a text names', () => {
  const text =
    'Summarise ~/documents/report.txt and /srv/notes/, send it to api.example.org or https://198.51.100.10:443/v1, ' +
    'not to 2001:db8::1. Be done by 10:30.'
  expect(nounsOf(text)).toEqual({
    paths: ['/srv/notes/', '~/documents/report.txt'],
    addresses: ['198.51.100.10', '2001:db8::1'],
    hosts: ['api.example.org'],
  })
})

it.each(['and/or', 'a / b', 'see ../secret', '300.1.2.3', 'e.g. this', 'report.txt'])('takes "%s" for none', (text) => {
  expect(nounsOf(text)).toEqual({ paths: [], addresses: [], hosts: [] })
})

it('says nothing of the directory above one that is named', () => {
  expect(nounsOf('read /srv/a/../b').paths).toEqual([])
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HEC_TOKEN, objectsIn, startHec, type Hec } from './hec-stand-in.ts'

// What Splunk documents of its HTTP Event Collector (see the README's table: claims about Splunk rest on this stand-in).
const CHANNEL = '0aeeac95-ac74-4aa9-b30d-6c4c0ac581ba'

interface Asking {
  readonly path?: string
  readonly token?: string | null
  readonly channel?: string | null
}

async function ask(
  hec: Hec,
  body: string,
  { path = '/event', token = HEC_TOKEN, channel = null }: Asking = {},
): Promise<unknown> {
  const answer = await fetch(`${hec.url}/services/collector${path}`, {
    method: 'POST',
    body,
    headers: {
      ...(token !== null && { authorization: `Splunk ${token}` }),
      ...(channel !== null && { 'x-splunk-request-channel': channel }),
    },
  })
  return { status: answer.status, ...((await answer.json()) as object) }
}

describe('a token without acknowledgement', () => {
  let hec: Hec
  beforeAll(async () => (hec = await startHec()))
  afterAll(() => hec.close())

  it.each([
    ['one event', '{"event":"hello world"}', { status: 200, text: 'Success', code: 0 }],
    ['events one after the other', '{"event":{"n":1},"time":1433188255}{"event":{"n":2}}\n', { status: 200, code: 0 }],
    ['nothing', '', { status: 400, text: 'No data', code: 5 }],
    [
      'no JSON',
      '{"event":"a"}{"event"',
      { status: 400, text: 'Invalid data format', code: 6, 'invalid-event-number': 1 },
    ],
    [
      'no event field',
      '{"a":1}',
      { status: 400, text: 'Event field is required', code: 12, 'invalid-event-number': 0 },
    ],
    ['a blank event', '{"event":""}', { status: 400, text: 'Event field cannot be blank', code: 13 }],
    [
      'an index that the token may not write',
      '{"event":"a","index":"other"}',
      { status: 400, text: 'Incorrect index', code: 7, 'invalid-event-number': 1 },
    ],
    ['a time that is no number', '{"event":"a","time":"soon"}', { status: 400, code: 15 }],
  ])('answers %s', async (_what, body, expected) => {
    expect(await ask(hec, body)).toMatchObject(expected)
  })

  it('keeps what stands before the event that is wrong', async () => {
    const before = hec.envelopes.length
    await ask(hec, '{"event":"a"}{"event":"b"}{"no":1}{"event":"c"}')
    expect(hec.envelopes.length - before).toBe(2)
  })

  it('wants a token, in its own form, and the right one', async () => {
    expect(await ask(hec, '{"event":"a"}', { token: null })).toMatchObject({ status: 401, code: 2 })
    expect(await ask(hec, '{"event":"a"}', { token: 'wrong' })).toMatchObject({ status: 403, code: 4 })
  })

  it('has no acknowledgements to ask for', async () => {
    expect(await ask(hec, '{"acks":[0]}', { path: `/ack?channel=${CHANNEL}` })).toMatchObject({ status: 400, code: 14 })
  })
})

describe('a token with acknowledgement', () => {
  let hec: Hec
  beforeAll(async () => (hec = await startHec({ acknowledges: true })))
  afterAll(() => hec.close())

  it('wants a channel, and numbers its batches by channel', async () => {
    expect(await ask(hec, '{"event":"a"}')).toMatchObject({ status: 400, text: 'Data channel is missing', code: 10 })
    expect(await ask(hec, '{"event":"a"}', { channel: 'x' })).toMatchObject({ status: 400, code: 11 })
    expect(await ask(hec, '{"event":"a"}', { channel: CHANNEL })).toMatchObject({ code: 0, ackId: 0 })
    expect(await ask(hec, '{"event":"a"}', { channel: CHANNEL })).toMatchObject({ code: 0, ackId: 1 })
  })

  it('tells each acknowledgement once, and forgets all when it starts anew', async () => {
    const asking = { path: `/ack?channel=${CHANNEL}` }
    expect(await ask(hec, '{"acks":[0,1,2]}', asking)).toEqual({ status: 200, acks: { 0: true, 1: true, 2: false } })
    expect(await ask(hec, '{"acks":[0]}', asking)).toEqual({ status: 200, acks: { 0: false } })
    await ask(hec, '{"event":"a"}', { channel: CHANNEL })
    hec.restart()
    expect(await ask(hec, '{"acks":[2]}', asking)).toEqual({ status: 200, acks: { 2: false } })
  })
})

it('takes objects apart whatever stands in their texts', () => {
  expect(objectsIn('{"a":"}{\\""} {"b":{"c":"{"}}\n')).toEqual([{ a: '}{"' }, { b: { c: '{' } }])
})

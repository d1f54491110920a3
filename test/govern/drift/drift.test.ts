import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { describe, expect, it } from 'vitest'
import { Source } from '../../../src/diagnostic/source.ts'
import { emitJsonSchema } from '../../../src/event/json-schema.ts'
import type { JsonObject } from '../../../src/event/field.ts'
import { DriftEvents } from '../../../src/govern/drift/drift-event.ts'
import { DriftWatcher } from '../../../src/govern/drift/drift.ts'
import { compareUnits } from '../../../src/govern/drift/unit-drift.ts'
import { parseProfile, type ServiceProfile } from '../../../src/govern/profile/profile.ts'
import { temporaryFolder } from '../../pack/temporary-folder.ts'

const ajv = new Ajv2020()
formats.default(ajv)
const isEvent = ajv.compile(emitJsonSchema())
const HOST = { id: 'h', name: 'web-1', boot: { id: 'b' } }

/** A baseline of demo.service that allows these. */
function baseline(...capabilities: readonly string[]): ServiceProfile {
  const allowed = capabilities.map((name) => `${name}: {why: it does, risk: R-SERVICE-01}`).join(', ')
  const text = `id: demo\ntitle: Demo\nowner: IT\nunits: [demo.service]\nreview_every: 90d\nroot: true\nexposure: 10.0\nlinux_capabilities: {${allowed}}\nsettings: {}\n`
  const { profile } = parseProfile(new Source('demo.yml', text))
  if (profile === undefined) throw new Error('no profile')
  return profile
}

/** What a daemon used when it was run under the sensor. */
const uses = readFileSync(path.join(import.meta.dirname, 'recordings/kept.ndjson'), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as JsonObject)
const ALL = ['CAP_CHOWN', 'CAP_NET_BIND_SERVICE', 'CAP_SETGID', 'CAP_SETUID', 'CAP_KILL']

describe('a Linux capability beyond the baseline', () => {
  const drifts = (profile: ServiceProfile, events: readonly JsonObject[] = uses): readonly string[] => {
    const watcher = new DriftWatcher([profile])
    return events.flatMap((event, i) => watcher.take(event, i)?.linuxCapability ?? [])
  }

  it('is each that was used and is not allowed', () => {
    expect(drifts(baseline(...ALL))).toEqual([])
    expect(drifts(baseline())).toEqual(ALL)
    expect(drifts(baseline(...ALL.slice(0, 4)))).toEqual(['CAP_KILL'])
  })

  it('is none of a service without a baseline, and none that was refused', () => {
    expect(drifts({ ...baseline(), units: ['other.service'] })).toEqual([])
    const refused = uses.map((event) => ({
      ...event,
      detpack: { ...(event['detpack'] as JsonObject), granted: false },
    }))
    expect(drifts(baseline(), refused)).toEqual([])
  })

  it('is told once an hour of the same program', () => {
    const watcher = new DriftWatcher([baseline()])
    const [first = {}] = uses
    const told = [0, 1000, 3_599_999, 3_600_000].map((time) => watcher.take(first, time) !== undefined)
    expect(told).toEqual([true, false, false, true])
  })

  it('is an event of the schema, of the process that used it, at its time', () => {
    const drift = new DriftWatcher([baseline()]).take(uses[0] ?? {}, 0)
    if (drift === undefined) throw new Error('no drift')
    const made = new DriftEvents(HOST, new Date(0)).ofCapability(drift)
    expect([isEvent(made), isEvent.errors]).toEqual([true, null])
    expect(made).toMatchObject({
      '@timestamp': uses[0]?.['@timestamp'],
      event: { action: 'service_drift', sequence: 1, provider: 'baseline' },
      process: uses[0]?.['process'],
      service: { name: 'demo.service' },
      detpack: { linux_capability: 'CAP_CHOWN', drift: { kind: 'linux_capability', baseline: 'demo' } },
    })
  })
})

describe('a unit', () => {
  const CONFINED = '[Service]\nExecStart=/bin/demo\nCapabilityBoundingSet=CAP_KILL\n'

  function unit(text = CONFINED): { root: string; write: (file: string, lines: string) => void } {
    const root = temporaryFolder()
    const write = (file: string, lines: string): void => {
      const place = path.join(root, 'etc/systemd/system', file)
      mkdirSync(path.dirname(place), { recursive: true })
      writeFileSync(place, lines)
    }
    write('demo.service', text)
    return { root, write }
  }

  it('is told of when it is changed, not when it is as it was', () => {
    const { root, write } = unit()
    const profiles = [baseline('CAP_KILL')]
    const first = compareUnits(root, profiles, {})
    expect(first.drifts).toEqual([])
    expect(compareUnits(root, profiles, first.digests).drifts).toEqual([])
    write('demo.service.d/10.conf', '# a comment\n[Service]\nNice=1\n')
    const [drift] = compareUnits(root, profiles, first.digests).drifts
    expect(drift).toMatchObject({ unit: 'demo.service', findings: [] })
    expect(drift?.files.at(-1)).toContain('10.conf')
  })

  it('is told of when it is gone, and when it never was what its baseline says', () => {
    const { root } = unit()
    const { digests } = compareUnits(root, [baseline('CAP_KILL')], {})
    expect(compareUnits(root, [baseline()], {}).drifts).toMatchObject([{ findings: ['govern/bounding-set'] }])
    rmSync(path.join(root, 'etc'), { recursive: true })
    const gone = compareUnits(root, [baseline('CAP_KILL')], digests)
    expect(gone).toMatchObject({ drifts: [{ findings: ['govern/no-unit'] }], digests: {} })
  })

  it('is an event of the schema', () => {
    const { root } = unit()
    const { drifts } = compareUnits(root, [baseline()], {})
    const made = drifts.map((drift) => new DriftEvents(HOST, new Date(0)).ofUnit(drift, new Date(1000)))
    expect(made.map((event) => [isEvent(event), isEvent.errors])).toEqual([[true, null]])
    expect(made).toMatchObject([{ detpack: { drift: { kind: 'unit', finding: ['govern/bounding-set'] } } }])
  })
})

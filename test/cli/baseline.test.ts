import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { renderNdjson } from '../../src/event/ndjson.ts'
import { eventOf, summaries, summary, type Written } from '../behaviour/baseline/runs.ts'
import { temporaryFolder } from '../pack/temporary-folder.ts'
import { detpack, type Ended } from './detpack.ts'

const TASK = `name: summarize
purpose: Shorten a document
owner: IT
unit: summarize.service
risk: [R-1]
hosts:
  - { name: service, network: 192.0.2.1/32, port: 443, why: w }
grants:
  - { id: read, capability: file_read, on: { class: [personal] } }
  - { id: send, capability: network_send, on: { hosts: [elsewhere, service] } }
`
const RISK = 'id: R-1\ntitle: A document leaves\nowner: IT\nwhy: It is read by others.\n'
const RESOURCES = `version: 1
homes: [/root, /home/*]
classes:
  - { name: credential, meaning: m, paths: [~/.ssh/] }
  - { name: personal, meaning: m, learn: true, paths: [~/notes/] }
`
/** A rule that fires on one recording, and its good twin. */
const RULE = `title: Sent to a drop
name: sent-to-drop
logsource: { product: linux, service: detpack }
detection:
  selection: { event.action: network_send, destination.ip: 203.0.113.9 }
  condition: selection
`
const TEST = `rule: sent-to-drop
cases:
  - { name: attack, events: attack.ndjson, alerts: 1 }
  - { name: twin, events: twin.ndjson, alerts: 0 }
`
const PROPOSAL = 'rules/baselines/proposals/summarize.behaviour.yml'
const BASELINE = 'rules/baselines/behaviour/summarize.yml'

const lines = (uses: readonly Written[]): string => uses.map((use, at) => renderNdjson(eventOf(use, at))).join('')

/** A pack that has learned of three hundred runs. */
function pack(history: readonly Written[] = summaries(300)): string {
  const cwd = temporaryFolder({
    'detpack.yml': 'pack: {name: mine}\nresources: rules/resources.yml\ntests: [tests]\nmapping: ecs\n',
    'rules/resources.yml': RESOURCES,
    'rules/tasks/summarize.yml': TASK,
    'rules/risks/R-1.yml': RISK,
    'rules/detections/drop.yml': RULE,
    'tests/drop.test.yml': TEST,
    'tests/attack.ndjson': lines(summary(1, { to: '203.0.113.9' })),
    'tests/twin.ndjson': lines(summary(1)),
    'events.ndjson': lines(history),
    'odd.ndjson': lines([...summary(40), { ...summary(40)[0], at: 0, path: '/usr/bin/curl' } as Written]),
  })
  expect(detpack(['baseline', 'learn', '--events', 'events.ndjson'], { cwd })).toMatchObject({ code: 0 })
  return cwd
}

const propose = (cwd: string, ...more: readonly string[]): Ended =>
  detpack(['baseline', 'propose', 'summarize', '--as', 'anna', ...more], { cwd })
const approve = (cwd: string, as = 'bert'): Ended =>
  detpack(['baseline', 'approve', PROPOSAL, '--as', as, '--why', 'seen for a month'], { cwd })
const evaluate = (cwd: string, events: string): Ended => detpack(['eval', '--events', events], { cwd })

function alerts({ stdout }: Ended): string[] {
  return [...stdout.matchAll(/^(?:LOW|MEDIUM|HIGH) +(summarize .*?) {2}/gm)].map((match) => match[1] ?? '').sort()
}

describe('a baseline', () => {
  it('is proposed, approved by somebody else, alerts on what is new with how rare it is, and is undone', () => {
    const cwd = pack()
    expect(propose(cwd, '--events', 'odd.ndjson')).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(
        /would silence 1 alert of summarize\.baseline\.read\n[^]*nothing is applied/,
      ) as string,
    })
    expect(readFileSync(path.join(cwd, PROPOSAL), 'utf8')).toContain('- tcp 198.51.100.10:443\n')
    expect(approve(cwd, ' Anna ')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('govern/own-approval') as string,
    })
    expect(existsSync(path.join(cwd, BASELINE))).toBe(false)
    expect(approve(cwd)).toMatchObject({ code: 0 })
    expect(readFileSync(path.join(cwd, BASELINE), 'utf8')).toContain('why: "seen for a month"')

    const odd = detpack(['eval', '--events', 'odd.ndjson', '--keep'], { cwd })
    expect(alerts(odd)).toEqual(['summarize ran a program that it never ran'])
    const rare =
      /^rarity +first time this task runs \/usr\/bin\/curl; seen in 0 of 300 runs of this task, 0 of 300 on the fleet$/m
    const id = /^alert +(\w{12})/m.exec(odd.stdout)?.[1] ?? ''
    for (const { stdout } of [
      odd,
      detpack(['watch', 'odd.ndjson', '--no-keep'], { cwd }),
      detpack(['explain', id], { cwd }),
    ])
      expect(stdout).toMatch(rare)
    expect(detpack(['check'], { cwd }).code).toBe(0)
    expect(detpack(['compile', '-l', 'eql', '--rule', 'summarize.baseline.program'], { cwd }).stdout).toContain(
      'python',
    )

    expect(detpack(['baseline', 'undo', 'summarize'], { cwd })).toMatchObject({ code: 0 })
    expect(alerts(evaluate(cwd, 'odd.ndjson'))).toEqual([])
  })

  it('says what so few runs do not show, and does not tell it', () => {
    const cwd = pack(summaries(299))
    const { code, stderr } = propose(cwd, '--events', 'odd.ndjson')
    expect(code).toBe(0)
    expect(stderr).toContain('learned of 299 runs: of fewer than 300, no amounts and gaps are told')
    expect(stderr.match(/summarize\.baseline\.\S+/g)).toEqual([
      'summarize.baseline.destination',
      'summarize.baseline.flow.personal',
      'summarize.baseline.program',
    ])
  })

  it('counts no more when somebody has changed it by hand: only what is declared may leave', () => {
    const cwd = pack()
    propose(cwd)
    approve(cwd)
    const file = path.join(cwd, BASELINE)
    writeFileSync(file, readFileSync(file, 'utf8').replace('programs:\n', 'programs:\n  - /usr/bin/curl\n'))
    const odd = evaluate(cwd, 'odd.ndjson')
    expect(odd).toMatchObject({ code: 1, stderr: expect.stringContaining('govern/changed-since-approval') as string })
    for (const folder of [[], ['.'], ['rules']])
      expect(detpack(['check', ...folder], { cwd })).toMatchObject({
        code: 1,
        stdout: expect.stringContaining('govern/changed-since-approval') as string,
      })
    expect(detpack(['check', 'rules/tasks'], { cwd }).code).toBe(0)
    expect(alerts(odd)).toEqual([
      'summarize sent data of class personal where they never went',
      'summarize used the network where it never did',
    ])
  })

  it('lets nothing out that is not declared once it has ended', () => {
    const cwd = pack()
    propose(cwd)
    approve(cwd)
    const expire = ['baseline', 'expire', 'summarize', '--as', 'carl', '--why', 'the service was closed']
    expect(detpack(expire, { cwd })).toMatchObject({ code: 0 })
    const odd = evaluate(cwd, 'odd.ndjson')
    expect(odd).toMatchObject({ code: 0, stderr: expect.stringContaining('govern/expired-approval') as string })
    expect(alerts(odd)).toEqual([
      'summarize ran a program that it never ran',
      'summarize sent data of class personal where they never went',
      'summarize used the network where it never did',
    ])
    expect(detpack(expire, { cwd })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('govern/ended-already') as string,
    })
  })

  it('is not proposed of a recorded attack, nor approved when somebody writes the attack in', () => {
    const cwd = pack([...summaries(30), ...summary(50, { to: '203.0.113.9' }), ...summary(51, { to: '203.0.113.9' })])
    expect(propose(cwd)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /behaviour\/silences-attack.*summarize\.baseline\.destination.*attack\.ndjson/,
      ) as string,
    })
    expect(existsSync(path.join(cwd, PROPOSAL))).toBe(false)
    const clean = pack()
    propose(clean)
    const file = path.join(clean, PROPOSAL)
    const text = readFileSync(file, 'utf8').replace('destinations:\n', 'destinations:\n  - tcp 203.0.113.9:443\n')
    writeFileSync(file, text)
    expect(approve(clean)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('behaviour/silences-attack') as string,
    })
    expect(existsSync(path.join(clean, BASELINE))).toBe(false)
  })

  it('tells small approvals as one sum', () => {
    const cwd = pack()
    propose(cwd)
    approve(cwd)
    for (const count of [1, 2]) {
      const file = path.join(cwd, PROPOSAL)
      const own = `destinations:\n  - tcp 10.0.0.${count}:443\n`
      writeFileSync(file, readFileSync(file, 'utf8').replace('destinations:\n', own))
      const diff = detpack(['baseline', 'diff', 'summarize'], { cwd })
      expect(diff).toMatchObject({ code: 1, stdout: `+ destinations  tcp 10.0.0.${count}:443\n` })
      const words = `${count + 1} approvals`.replace('2 approvals', '1 approval').replace('3 approvals', '2 approvals')
      expect(diff.stderr).toContain(`${words} with this one: ${count === 1 ? '1 entry' : '2 entries'} more`)
      expect(approve(cwd)).toMatchObject({ code: 0, stderr: expect.stringContaining(words) as string })
    }
  })
})

it('learns on, merges, and tells what it knows', () => {
  const cwd = pack(summaries(3))
  const more = path.join(cwd, 'more.ndjson')
  writeFileSync(more, lines([...summary(7), ...summary(8)].map((use) => ({ ...use, host: 'h2' }))))
  expect(detpack(['baseline', 'learn', '--add', '--events', more], { cwd }).stderr).toContain('5 runs, 2 hosts')
  expect(detpack(['baseline', 'learn', '--events', more, '-o', 'b.json'], { cwd }).stderr).toContain('2 runs')
  const merged = detpack(['baseline', 'merge', '.detpack/learned.json', 'b.json', '-o', 'c.json'], { cwd })
  expect(merged).toMatchObject({ code: 0, stderr: expect.stringContaining('behaviour/overlapping-hosts') as string })
  expect(detpack(['baseline', 'show', 'summarize'], { cwd }).stdout).toContain('5/5  tcp 198.51.100.10:443')
  expect(detpack(['baseline', 'show', 'summarise'], { cwd })).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('did you mean "summarize"') as string,
  })
  const shown = JSON.parse(detpack(['baseline', 'show', 'fleet', '-f', 'json'], { cwd }).stdout) as unknown
  expect(shown).toMatchObject([{ subject: 'fleet', runs: 5 }])
})

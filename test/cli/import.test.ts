import { readFileSync, existsSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../pack/temporary-folder.ts'
import { detpack } from './detpack.ts'

const RECORDING = `812 1767225600.000100 openat(AT_FDCWD</home/agent>, "/home/agent/.ssh/id_ed25519", O_RDONLY) = 5</home/agent/.ssh/id_ed25519>
812 1767225600.012000 read(5</home/agent/.ssh/id_ed25519>, "x"..., 4096) = 411
812 1767225600.013000 close(5</home/agent/.ssh/id_ed25519>) = 0
`

describe('import strace', () => {
  it('writes events as NDJSON and says what it did', () => {
    const { code, stdout, stderr } = detpack(['import', 'strace', '-', '--task', 'summarize-document'], {
      input: RECORDING,
    })
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { event: { action: string }; detpack: object })
    expect(events.map((each) => each.event.action)).toEqual(expect.arrayContaining(['file_open', 'file_read']))
    expect(events.find((each) => each.event.action === 'file_read')?.detpack).toMatchObject({
      object: { class: 'credential' },
      descriptor: { number: 5, origin: 'opened' },
      task: { name: 'summarize-document', source: 'import' },
    })
    expect(stderr).toContain('3 lines')
    expect(code).toBe(0)
  })

  it('reads on after a line that is none, tells where, and ends with 1', () => {
    const [first = '', ...rest] = RECORDING.split(/(?<=\n)/)
    const { code, stdout, stderr } = detpack(['import', 'strace', '-'], {
      input: `${first}?? garbage\n${rest.join('')}`,
    })
    expect(stdout.split('\n').length).toBeGreaterThan(2)
    expect(stderr).toContain('<stdin>:2:')
    expect(code).toBe(1)
  })

  it('writes a file whole', () => {
    const out = path.join(temporaryFolder(), 'events.ndjson')
    expect(detpack(['import', 'strace', '-', '-o', out], { input: RECORDING }).code).toBe(0)
    expect(readFileSync(out, 'utf8')).toContain('file_read')
  })

  it('leaves nothing behind when the recording cannot be read', () => {
    const out = path.join(temporaryFolder(), 'events.ndjson')
    expect(detpack(['import', 'strace', 'no/such.strace', '-o', out]).code).toBe(2)
    expect(existsSync(out)).toBe(false)
  })

  it('names the formats it knows', () => {
    expect(detpack(['import', 'strase', '-'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('strace') as string,
    })
  })
})

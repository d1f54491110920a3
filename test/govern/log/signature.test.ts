import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { Source } from '../../../src/diagnostic/source.ts'
import { keyIdOf } from '../../../src/govern/log/key.ts'
import { readArmored, verifies } from '../../../src/govern/log/signature.ts'
import { parseSigners, termProblem } from '../../../src/govern/log/signers.ts'
import { temporaryFolder } from '../../pack/temporary-folder.ts'
import { at, person } from './people.ts'

const MESSAGE = Buffer.from('what is signed')
const hasSshKeygen = spawnSync('ssh-keygen', ['-?']).error === undefined

describe.skipIf(!hasSshKeygen)('ssh-keygen (skipped where it is missing)', () => {
  function signed(namespace: string): {
    readonly signature: Buffer
    readonly signers: ReturnType<typeof parseSigners>['signers']
  } {
    const folder = temporaryFolder()
    const key = path.join(folder, 'key')
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key])
    writeFileSync(path.join(folder, 'message'), MESSAGE)
    execFileSync('ssh-keygen', ['-q', '-Y', 'sign', '-n', namespace, '-f', key, path.join(folder, 'message')], {
      stdio: 'pipe',
    })
    const signature = readArmored(readFileSync(path.join(folder, 'message.sig'), 'utf8'))
    if (signature === undefined) throw new Error('no signature')
    const { signers } = parseSigners(new Source('s', `anna ${readFileSync(`${key}.pub`, 'utf8')}`))
    return { signature, signers }
  }

  it('makes signatures that are taken, of this text alone', () => {
    const { signature, signers } = signed('detpack')
    const [anna] = [...signers.values()]
    if (anna === undefined) throw new Error('no signer')
    expect(verifies(signature, MESSAGE, anna.key, anna.id)).toBe(true)
    expect(verifies(signature, Buffer.from('another'), anna.key, anna.id)).toBe(false)
    for (let i = 0; i < signature.length; i += 1) {
      const broken = Buffer.from(signature)
      broken[i] = (broken[i] ?? 0) ^ 1
      expect(verifies(broken, MESSAGE, anna.key, anna.id), `byte ${i}`).toBe(false)
    }
  })

  it('makes none that count when they were made for something else', () => {
    const { signature, signers } = signed('git')
    const [anna] = [...signers.values()]
    expect(anna && verifies(signature, MESSAGE, anna.key, anna.id)).toBe(false)
  })
})

describe('allowed signers', () => {
  const { line, key } = person('anna')
  const blob = line.split(' ').at(-1) ?? ''

  it('are read with their term', () => {
    const text = `# people\n\nanna@example.org valid-after="20260101Z",valid-before="202612312359Z" namespaces="git,detpack" ssh-ed25519 ${blob} her laptop\n`
    const { signers, diagnostics } = parseSigners(new Source('s', text))
    expect(diagnostics).toEqual([])
    const anna = signers.get(key.id)
    expect(anna).toMatchObject({ name: 'anna@example.org', from: at('2026-01-01'), until: at('2026-12-31T23:59:00Z') })
    expect(
      anna && [at('2025-12-31'), at('2026-06-01'), at('2027-01-01')].map((time) => termProblem(anna, time)),
    ).toEqual(['had not begun to count', undefined, 'had expired'])
    expect(keyIdOf(Buffer.from(blob, 'base64'))).toBe(key.id)
  })

  it.each([
    ['a pattern for a name', `*@example.org ssh-ed25519 ${blob}`],
    ['no key', 'anna ssh-ed25519'],
    ['a key of another kind', 'anna ssh-rsa AAAAB3NzaC1yc2E='],
    ['half a key', `anna ssh-ed25519 ${blob.slice(0, 20)}`],
    ['a certificate authority', `anna cert-authority ssh-ed25519 ${blob}`],
    ['a time without a zone', `anna valid-before="20261231" ssh-ed25519 ${blob}`],
    ['another namespace', `anna namespaces="git" ssh-ed25519 ${blob}`],
  ])('are refused: %s', (_what, text) => {
    const { signers, diagnostics } = parseSigners(new Source('s', `${text}\n`))
    expect([signers.size, diagnostics.map(({ code }) => code)]).toEqual([0, ['govern/signer']])
  })

  it('write a person alike with each key', () => {
    const { line: other } = person('Anna', '', 'another')
    const { diagnostics } = parseSigners(new Source('s', `${line}\n${other}\n`))
    expect(diagnostics.map(({ code, message }) => `${code}: ${message}`)).toEqual([
      'govern/signer: "Anna" and "anna" must be written alike when they are one person, and apart when not',
    ])
    const { line: second } = person('anna', '', 'another')
    expect(parseSigners(new Source('s', `${line}\n${second}\n`))).toMatchObject({ diagnostics: [] })
  })

  it('have each key once', () => {
    const { diagnostics } = parseSigners(new Source('s', `${line}\nbert ssh-ed25519 ${blob}\n`))
    expect(diagnostics.map(({ code, message }) => `${code}: ${message}`)).toEqual([
      'govern/duplicate-key: this is the key of "anna"',
    ])
  })
})

import { spawnSync, type StdioOptions } from 'node:child_process'
import { closeSync, openSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import packageJson from '../../package.json' with { type: 'json' }
import { temporaryFolder } from '../pack/temporary-folder.ts'
import { detpack } from './detpack.ts'

/** Writes each module that node resolves to standard error. */
const SPY = `
import { register } from 'node:module'
register('data:text/javascript,' + encodeURIComponent(\`
  import { writeSync } from 'node:fs'
  export async function resolve(specifier, context, next) {
    const found = await next(specifier, context)
    writeSync(2, 'resolved ' + found.url + '\\\\n')
    return found
  }
\`))
`

function modulesOf(args: readonly string[]): string[] {
  const spy = path.join(temporaryFolder(), 'spy.mjs')
  writeFileSync(spy, SPY)
  const { stderr } = detpack(args, { node: ['--import', spy] })
  return stderr.split('\n').flatMap((line) => (line.startsWith('resolved ') ? [line.slice('resolved '.length)] : []))
}

describe('a start of the program', () => {
  it.each([['--version'], ['compile', '-l', 'eql', 'rules'], ['check', 'rules']])(
    'loads no client of a target for %s',
    (...args) => {
      const modules = modulesOf(args)
      expect(modules.some((url) => url.includes('/dist/cli/'))).toBe(true)
      expect(modules.filter((url) => /@elastic|undici|libsql/.test(url))).toEqual([])
    },
  )

  it('sees a client when one is loaded, so that the test above can fail', () => {
    const modules = modulesOf(['deploy', '-t', 'elastic', '--dry-run', '--elasticsearch', 'http://127.0.0.1:1'])
    expect(modules.some((url) => url.includes('@elastic/elasticsearch'))).toBe(true)
  })
})

describe('the command line', () => {
  it('tells its version', () => {
    expect(detpack(['--version'])).toMatchObject({ code: 0, stdout: `${packageJson.version}\n` })
  })

  it('has help for every command, with the exit codes on the first page', () => {
    const { stdout } = detpack(['--help'])
    expect(stdout).toContain('Exit codes: 0 yes')
    for (const command of [
      'init',
      'check',
      'compile',
      'test',
      'import',
      'eval',
      'explain',
      'deploy',
      'list',
      'completion',
    ]) {
      expect(stdout).toContain(`  ${command} `)
      expect(detpack([command, '--help']).code).toBe(0)
    }
  })

  it.each([[['chekc']], [['eval']], [['compile', '-l', 'cobol']], [['deploy', '-t', 'mars']], [[]]])(
    'ends with 2 for a wrong use: %j',
    (args) => {
      const { code, stderr } = detpack(args)
      expect(code).toBe(2)
      expect(stderr).not.toBe('')
    },
  )

  it('suggests the command that was meant', () => {
    expect(detpack(['chekc']).stderr).toContain('Did you mean check?')
  })
})

describe('completion', () => {
  it.each(['bash', 'zsh', 'fish'])('is printed for %s, with every command', (shell) => {
    const { code, stdout } = detpack(['completion', shell])
    expect(code).toBe(0)
    for (const command of ['check', 'compile', 'deploy']) expect(stdout).toContain(command)
  })

  it.each([
    [['task', ''], 'import show'],
    [['task', 'show', 'summ'], 'summarize-document'],
    [['list', 'ta'], 'tasks'],
    [['task', 'show', '--format', 'm'], 'markdown'],
  ])('offers in bash after %j: %s', (words, offered) => {
    const script = `PATH="$PWD/bin:$PATH"; source <(detpack completion bash)
      COMP_WORDS=(detpack "$@"); COMP_CWORD=$#; _detpack; echo "\${COMPREPLY[*]}"`
    const { stdout } = spawnSync('bash', ['-c', script, 'bash', ...words], { encoding: 'utf8' })
    expect(stdout.trim()).toMatch(new RegExp(`^${offered}`))
  })
})

describe('output that cannot be written', () => {
  // Every write to it fails as on a full disk; see full(4).
  const full = (descriptor: 1 | 2, args: readonly string[]) => {
    const disk = openSync('/dev/full', 'w')
    const stdio: StdioOptions = descriptor === 1 ? ['ignore', disk, 'pipe'] : ['ignore', 'pipe', disk]
    const ended = spawnSync(process.execPath, [path.resolve('bin/detpack'), ...args], { encoding: 'utf8', stdio })
    closeSync(disk)
    return { code: ended.status, stdout: ended.stdout, stderr: ended.stderr }
  }

  it.each([[['--help']], [['check', 'rules']], [['list']]])('to a full disk, %s says so', (args) => {
    expect(full(1, args)).toEqual({
      code: 2,
      stdout: null,
      stderr: 'detpack: cannot write to standard output: no space left on device\n',
    })
  })

  it('keeps a deployment from changing what it could not show', () => {
    const store = path.join(temporaryFolder(), 'local.db')
    const { code, stderr } = full(1, ['deploy', '-t', 'local', '--yes', '--store', store])
    expect(stderr).toContain('nothing was changed: the plan could not be shown')
    expect(code).toBe(2)
    expect(detpack(['deploy', '-t', 'local', '--dry-run', '--store', store]).stdout).toMatch(/[1-9]\d* to create/)
  })

  it('is no error when the reader has gone away, but then nothing is deployed', () => {
    const store = path.join(temporaryFolder(), 'local.db')
    // Starts when a write has shown that nobody reads any more.
    const command = `{ trap '' PIPE; while echo . 2>/dev/null; do :; done; "$0" "$@"; } | true; echo "\${PIPESTATUS[0]}"`
    const gone = (...args: string[]) =>
      spawnSync('bash', ['-c', command, path.resolve('bin/detpack'), ...args], { encoding: 'utf8' }).stdout.trim()
    expect(gone('list')).toBe('0')
    expect(gone('deploy', '-t', 'local', '--yes', '--store', store)).toBe('2')
    expect(detpack(['deploy', '-t', 'local', '--dry-run', '--store', store]).stdout).toMatch(/[1-9]\d* to create/)
  })

  it('is no reason to stop when only the notes are lost', () => {
    const { code, stdout } = full(2, ['eval', '--events', 'test/recordings/nowhere.ndjson'])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(full(2, ['list']).code).toBe(0)
  })
})

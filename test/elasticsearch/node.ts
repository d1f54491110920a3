import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import type { TestProject } from 'vitest/node'

const run = promisify(execFile)
const folder = import.meta.dirname

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the node answers; empty when there is none and its tests are skipped. */
    readonly elasticsearch: string
  }
}

/** Starts a node for all `*.es.test.ts` and gives the function that stops it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const running = process.env.DETPACK_ES_URL
  if (running !== undefined && running !== '') {
    project.provide('elasticsearch', running)
    return () => Promise.resolve()
  }
  const missing = missingTools()
  if (missing.length > 0) {
    if (process.env.DETPACK_REQUIRE_ES === '1')
      throw new Error(`a node is required, and not found: ${missing.join(', ')}`)
    process.stderr.write(`\nSKIPPED: the tests on a real Elasticsearch; not found: ${missing.join(', ')}\n\n`)
    project.provide('elasticsearch', '')
    return () => Promise.resolve()
  }
  const place = ['--port', String(await freePort()), '--work', workFolder()]
  const started = await run(path.join(folder, 'start'), [...place, '--fresh'])
  project.provide('elasticsearch', started.stdout.trim())
  return async () => {
    await run(path.join(folder, 'stop'), [...place, '--purge'])
  }
}

/** Kept between runs: the distribution is put together once for each user. */
export function workFolder(): string {
  return path.join(tmpdir(), `detpack-elasticsearch-${userInfo().uid}`)
}

function missingTools(): readonly string[] {
  const missing: string[] = []
  const { JAVA_HOME: javaHome } = process.env
  const javac = onPath('javac') || (javaHome !== undefined && existsSync(path.join(javaHome, 'bin/javac')))
  if (!javac) missing.push('a JDK')
  if (!onPath('mvn')) missing.push('Maven')
  return missing
}

function onPath(program: string): boolean {
  return (process.env.PATH ?? '').split(path.delimiter).some((part) => existsSync(path.join(part, program)))
}

/**
 * A port that nothing listens on, below those that the kernel gives to whoever asks for any: a node takes seconds until
 * it listens, and by then another test might have been given it.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000)
    if (await isFree(port)) return port
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', (problem: NodeJS.ErrnoException) => {
      if (problem.code === 'EADDRINUSE') resolve(false)
      else reject(problem)
    })
    server.listen(port, '127.0.0.1', () => {
      server.close(() => {
        resolve(true)
      })
    })
  })
}

// Times whole commands from outside: CPU by bash's `time`, peak memory by the kernel's own high-water mark.
import { spawn, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/**
 * One run: CPU seconds (user and system) and wall seconds. Output is thrown away; a command that could not be run
 * (exit code over 2) throws.
 */
export function timeOnce(command) {
  const script = `TIMEFORMAT='%U %S %R'; time "$@" >/dev/null 2>&1`
  const done = spawnSync('bash', ['-c', `${script}; exit $?`, 'time', ...command], { encoding: 'utf8' })
  if (done.status === null || done.status > 2) throw new Error(`${command.join(' ')}: exit ${done.status}`)
  const [user, system, wall] = done.stderr.trim().split('\n').at(-1).split(' ').map(Number)
  return { cpu: user + system, wall }
}

/** Runs several commands in turn, A B C A B C …, so that a change of the machine's speed meets all of them. */
export function interleaved(commands, runs) {
  const figures = commands.map(() => [])
  for (let run = -1; run < runs; run++) {
    for (const [i, command] of commands.entries()) {
      const figure = timeOnce(command)
      if (run >= 0) figures[i].push(figure) // the first round only warms up
    }
  }
  return figures
}

/** Peak resident memory of a command in MiB. */
export async function peakMemory(command) {
  return (await peakOf(spawn(command[0], command.slice(1), { stdio: 'ignore' }))).peak
}

/** The same of a child that runs, with the code that it ends with. */
export function peakOf(child) {
  return new Promise((resolve) => {
    let peak = 0
    const look = setInterval(() => {
      try {
        const [, kib] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8')) ?? []
        peak = Math.max(peak, Number(kib ?? 0) / 1024)
      } catch {
        // it has ended between two looks
      }
    }, 10)
    child.on('close', (code) => {
      clearInterval(look)
      resolve({ peak, code })
    })
  })
}

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** `1.23 (1.10–1.40)`: median and spread. */
export function spread(numbers, digits = 2) {
  const text = (number) => number.toFixed(digits)
  return `${text(median(numbers))} (${text(Math.min(...numbers))}–${text(Math.max(...numbers))})`
}

/** Figure by figure, since neighbours in time met the same machine. */
export function ratios(a, b) {
  return a.map((one, i) => one / b[i])
}

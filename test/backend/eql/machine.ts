/** An event of the machine's test streams: time, sequence, which of the rules it matches, and its key. */
export interface Tick {
  readonly id: string
  readonly time: number
  readonly sequence: number
  readonly actions: ReadonlySet<string>
  readonly key: string
}

interface Item {
  readonly action: string
  readonly missing: boolean
}

/** What an emitted sequence says, for rules that test `event.action` only. */
export interface Machine {
  readonly items: readonly Item[]
  readonly until: string | null
  readonly maxspan: number
  readonly keyed: boolean
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000 }

/** Reads the text back; throws on a line that is not expected. */
export function readMachine(text: string): Machine {
  const [head = '', ...lines] = text.split('\n')
  const opened = /^sequence( by key)? with maxspan=(\d+)(ms|s)$/.exec(head)
  if (!opened) throw new Error(head)
  const items: Item[] = []
  let until: string | null = null
  for (const line of lines) {
    const read = /^(until |  )(!?)\[any where event\.action : "(\w)"\](?: with runs=(\d+))?$/.exec(line)
    if (!read) throw new Error(line)
    const action = read[3] ?? ''
    if (read[1] === 'until ') until = action
    else for (let run = 0; run < Number(read[4] ?? 1); run++) items.push({ action, missing: read[2] === '!' })
  }
  return { items, until, maxspan: Number(opened[2]) * (UNITS[opened[3] ?? ''] ?? 0), keyed: opened[1] !== undefined }
}

export function before(a: Tick, b: Tick): boolean {
  return a.time < b.time || (a.time === b.time && a.sequence < b.sequence)
}

interface Partial {
  readonly steps: readonly Tick[]
}

/**
 * EQL's state machine as Elastic describes and tests it: each step takes the newest partial sequence that waits for it
 * and removes the older ones; what is too long, or interrupted by `until`, is dropped; what must be missing is looked
 * for when a sequence is complete. Gives `key first>last`.
 */
export function runMachine(machine: Machine, ticks: readonly Tick[]): Set<string> {
  const found = new Set<string>()
  for (const key of machine.keyed ? new Set(ticks.map((tick) => tick.key)) : ['']) {
    const stream = machine.keyed ? ticks.filter((tick) => tick.key === key) : ticks
    for (const chain of complete(machine, stream)) found.add(`${key} ${chain[0]?.id}>${chain.at(-1)?.id}`)
  }
  return found
}

function complete(machine: Machine, ticks: readonly Tick[]): (readonly Tick[])[] {
  const stages = machine.items.filter((item) => !item.missing)
  const slots: Partial[][] = stages.map(() => [])
  const done: (readonly Tick[])[] = []
  for (const tick of ticks)
    for (let stage = stages.length - 1; stage >= 0; stage--) {
      if (!tick.actions.has(stages[stage]?.action ?? '')) continue
      const advanced = stage === 0 ? { steps: [tick] } : advance(machine, slots[stage - 1] ?? [], tick, ticks)
      if (!advanced) continue
      if (stage < stages.length - 1) slots[stage]?.push(advanced)
      else if (!interrupted(machine, advanced.steps, ticks)) done.push(advanced.steps)
    }
  return done
}

function advance(machine: Machine, slot: Partial[], tick: Tick, ticks: readonly Tick[]): Partial | undefined {
  const place = slot.findLastIndex((partial) => strictlyBefore(partial.steps.at(-1), tick))
  const partial = slot[place]
  if (!partial) return undefined
  slot.splice(0, place + 1)
  const [first] = partial.steps
  const last = partial.steps.at(-1)
  if (!first || !last || tick.time - first.time > machine.maxspan) return undefined
  const { until } = machine
  if (until !== null && ticks.some((one) => one.actions.has(until) && !before(one, last) && before(one, tick)))
    return undefined
  return { steps: [...partial.steps, tick] }
}

function strictlyBefore(a: Tick | undefined, b: Tick): boolean {
  return a !== undefined && before(a, b)
}

function interrupted(machine: Machine, steps: readonly Tick[], ticks: readonly Tick[]): boolean {
  let at = 0
  return machine.items.some((item) => {
    if (!item.missing) {
      at++
      return false
    }
    const [left, right] = [steps[at - 1], steps[at]]
    if (!left || !right) throw new Error('only absence between steps is tested here')
    return ticks.some((one) => one.actions.has(item.action) && left.time < one.time && one.time < right.time)
  })
}

/**
 * What the words of a task mean, said once more and as plainly as can be: no rules, no windows that slide, only events
 * looked at one by one and in pairs. The compiled rules must find the same.
 */
export interface Use {
  readonly id: number
  readonly ms: number
  readonly task: string | null
  readonly run: string | null
  readonly process: string
  readonly action: string
  readonly outcome: 'success' | 'failure' | 'unknown'
  readonly object: string | null
  readonly class: string | null
  readonly kind: string
  readonly path: string | null
  /** What it is a link to. */
  readonly target: string | null
  readonly binding: readonly string[]
  readonly source: { readonly object: string; readonly class: string } | null
  readonly flow: readonly string[]
  readonly ip: string | null
  readonly port: number
  readonly ownPort: number
  readonly transport: 'tcp' | 'udp'
  readonly origin: string
  readonly flags: readonly string[]
  readonly count: number
  readonly bytes: number
}

export interface WrittenTarget {
  readonly class?: readonly string[]
  readonly path?: readonly string[]
  readonly parameter?: readonly string[]
  readonly hosts?: readonly string[]
  readonly kind?: readonly string[]
  readonly link_of?: readonly string[]
  readonly except?: WrittenTarget | readonly WrittenTarget[]
}

export interface WrittenOther {
  readonly capability: readonly string[]
  readonly on: WrittenTarget
  readonly when_not?: { readonly 'detpack.object.binding': readonly string[] }
  readonly within: string
  readonly by?: 'run' | 'process' | 'object' | 'name'
}

export interface WrittenGrant {
  readonly id: string
  readonly capability: readonly string[]
  readonly on: WrittenTarget
  readonly when?: { readonly 'network.transport': readonly string[] }
  readonly when_not?: { readonly 'detpack.object.binding': readonly string[] }
  /** By what `when` and `when_not` need not hold. */
  readonly or_after?: WrittenOther
  readonly only_from?: readonly string[]
  readonly only_to?: { readonly hosts: readonly string[]; readonly within: string }
  readonly unless?: WrittenOther
  readonly only_after?: WrittenOther
  readonly only_before?: WrittenOther
  readonly at_most?: {
    readonly count: number
    readonly of: 'uses' | 'objects' | 'bytes'
    /** Of bytes `use`, of the others a time. */
    readonly per: string
    readonly by?: 'process' | 'object' | 'data'
  }
}

export interface WrittenTask {
  readonly name: string
  readonly purpose: string
  readonly hosts: readonly {
    readonly name: string
    readonly network?: string
    readonly port?: number
    readonly socket?: string
  }[]
  readonly parameters: readonly { readonly name: string; readonly kind: string }[]
  readonly deny: readonly string[]
  readonly grants: readonly WrittenGrant[]
}

/** `rule: first-last` of each alert, and `rule: -last` for what is counted. */
export function brokenClauses(task: WrittenTask, uses: readonly Use[]): string[] {
  const found: string[] = []
  for (const grant of task.grants) {
    const used = uses.filter((use) => isGranted(use, grant, task))
    const copies = uses.flatMap((use) => copiedBy(use, grant, task) ?? [])
    const either = uses.filter((use) => isGranted(use, grant, task) || copiedBy(use, grant, task) !== null)
    const name = (clause: string): string => `${task.name}.${grant.id}.${clause}`
    const told = (clause: string, broken: readonly Use[]): void => {
      for (const { id } of broken) found.push(`${name(clause)}: ${id}-${id}`)
    }
    const {
      when,
      when_not: never,
      only_from: origins,
      only_to: only,
      unless,
      or_after: orAfter,
      only_after: after,
      only_before: before,
      at_most: most,
    } = grant
    // In the order of events, where none can be both; else whole milliseconds count, as they do for what comes after.
    const reads = grant.capability.includes('file_read')
    const isOrdered = (other: WrittenOther): boolean =>
      !ways([...grant.capability, ...(reads ? ['file_write', 'network_send'] : [])]).some((way) =>
        ways(other.capability).includes(way),
      )
    const alone = (other: WrittenOther, side: -1 | 1, those: readonly Use[], isTested = false): readonly Use[] => {
      const beside = uses.filter(
        (use) => use.task === task.name && isUseOf(use, other.capability) && isOther(use, other, task),
      )
      const isByOrder = isTested || (side === -1 && isOrdered(other))
      // What breaks the condition itself lets nothing else do so.
      const isOne = (one: Use): boolean =>
        isTested ? !those.includes(one) : !(isByOrder && reads && one.source !== null)
      const isNear = (one: Use, use: Use): boolean => {
        const gap = (one.ms - use.ms) * side
        return (gap > 0 || (gap === 0 && isByOrder && one.id < use.id)) && gap <= length(other.within)
      }
      return those.filter(
        (use) =>
          isKnown(other, use) && !beside.some((one) => isOne(one) && isJoined(other, use, one) && isNear(one, use)),
      )
    }
    const toldAlone = (clause: string, other: WrittenOther, side: -1 | 1, broken: readonly Use[] = used): void => {
      const isNamed = (use: Use): boolean => other.by === 'object' && use.object === null
      const isTested = broken !== used
      const rest = other.by === 'object' || isTested ? broken : either
      const found = alone(other, side, rest, isTested)
      told(
        clause,
        found.filter((use) => !isNamed(use)),
      )
      told(`${clause}.named`, found.filter(isNamed))
    }
    const toldTested = (clause: string, broken: readonly Use[]): void => {
      if (orAfter === undefined) told(clause, broken)
      else toldAlone(clause, orAfter, -1, broken)
    }
    if (when)
      toldTested(
        'when',
        used.filter((use) => !when['network.transport'].includes(use.transport)),
      )
    if (never)
      toldTested(
        'when-not',
        used.filter((use) => never['detpack.object.binding'].some((one) => use.binding.includes(one))),
      )
    if (origins)
      told(
        'only-from',
        used.filter((use) => !origins.includes(use.origin) && !isAnswer(use)),
      )
    const chains = (clause: string, then: WrittenOther, isBreaking: (use: Use) => boolean): void => {
      const isByObject = joinsByObject(grant, then)
      const rest = [uses, then, task, isBreaking] as const
      found.push(...followed(name(clause), grant, isByObject ? used : either, ...rest))
      if (isByObject) found.push(...followed(name(`${clause}.copied`), grant, copies, ...rest))
      found.push(...takenThere(name(clause), grant, ...rest))
    }
    if (only) {
      const elsewhere = (use: Use): boolean => isBeyond(use) && !only.hosts.some((host) => isAt(use, host, task))
      if (grant.capability.every((each) => each.startsWith('network_'))) told('only-to', used.filter(elsewhere))
      else {
        const send = { capability: ['network_send'], on: {}, within: only.within }
        chains('only-to', send, elsewhere)
      }
    }
    if (unless) {
      chains('unless', unless, (use) => isOther(use, unless, task))
    }
    for (const [clause, other, side] of [
      ['only-after', after, -1],
      ['only-before', before, 1],
    ] as const) {
      if (other === undefined) continue
      toldAlone(clause, other, side)
      if (other.by === 'object') told(`${clause}.copied`, alone(other, side, copies))
    }
    if (most?.per === 'use')
      told(
        'at-most',
        either.filter(({ count, bytes }) => count === 1 && bytes > most.count),
      )
    else if (most) {
      const isByObject = most.of === 'objects' || most.by === 'object'
      found.push(...beyond(name('at-most'), most, isByObject ? used : either))
      if (isByObject) found.push(...beyond(name('at-most.copied'), most, copies))
    }
  }
  const ungranted = uses.filter((use) => use.task === task.name && isTakenWithoutGrant(use, task))
  const object: WrittenGrant = { id: '', capability: [], on: { class: ['credential'] } }
  const sent = { capability: ['network_send'], on: {}, within: '600000ms' }
  found.push(...followed(`${task.name}.not-granted.read.sent`, object, ungranted, uses, sent, task, isBeyond))
  const ungrantedCopies = uses.flatMap((use) => takenAtOnce(use, task) ?? [])
  found.push(...followed(`${task.name}.not-granted.copied.sent`, object, ungrantedCopies, uses, sent, task, isBeyond))
  for (const use of uses)
    for (const area of areasNotGranted(use, task)) found.push(`${task.name}.not-granted.${area}: ${use.id}-${use.id}`)
  return found.sort()
}

function isByOwnConnection({ transport, origin }: Use): boolean {
  return transport === 'tcp' && ['opened', 'duplicated'].includes(origin)
}

/** A server answers by a connection that it accepted. */
function isAnswer(use: Use): boolean {
  return use.action === 'network_send' && use.ownPort < 32768 && isByOwnConnection(use)
}

function beyond(name: string, most: NonNullable<WrittenGrant['at_most']>, used: readonly Use[]): string[] {
  const found: string[] = []
  for (const [at, use] of used.entries()) {
    if (most.of === 'objects' && use.object === null) continue
    for (const key of new Set(countedBy(most.by, use))) {
      const window = used
        .slice(0, at + 1)
        .filter((one) => countedBy(most.by, one).includes(key) && one.ms >= use.ms - length(most.per))
      const objects = new Set(window.flatMap((one) => one.object ?? []))
      const sum = most.of === 'uses' ? window.reduce((total, one) => total + one.count, 0) : objects.size
      if (sum > most.count) found.push(`${name}: -${use.id}`)
    }
  }
  return found
}

function joinsByObject(grant: WrittenGrant, other: WrittenOther): boolean {
  return other.by === 'object' || (other.by === undefined && (grant.on.class ?? []).some(isSecret))
}

/** For each later use the newest earlier one in time; of those with the same earlier one the first. */
function followed(
  name: string,
  grant: WrittenGrant,
  used: readonly Use[],
  uses: readonly Use[],
  other: WrittenOther,
  task: WrittenTask,
  isBreaking: (use: Use) => boolean,
): string[] {
  const byObject = joinsByObject(grant, other)
  const mayBe = (use: Use): boolean => use.task === task.name || (byObject && use.task === null)
  const keysOf = (use: Use): readonly (string | null)[] => (byObject ? use.flow : [keyOf(other.by ?? 'run')(use)])
  const firstOf = (use: Use): string | null => (byObject ? use.object : keyOf(other.by ?? 'run')(use))
  const found: string[] = []
  const taken = new Set<string>()
  for (const last of uses) {
    if (!mayBe(last) || !isUseOf(last, other.capability) || !isBreaking(last)) continue
    for (const key of new Set(keysOf(last))) {
      if (key === null) continue
      const start = used
        .filter((use) => use.id < last.id && firstOf(use) === key && last.ms - use.ms <= length(other.within))
        .at(-1)
      if (start === undefined || taken.has(`${key} ${start.id}`)) continue
      taken.add(`${key} ${start.id}`)
      found.push(`${name}: ${start.id}-${last.id}`)
    }
  }
  return found
}

/** What the kernel took from an object and sent at once. */
function takenThere(
  name: string,
  grant: WrittenGrant,
  uses: readonly Use[],
  other: WrittenOther,
  task: WrittenTask,
  isBreaking: (use: Use) => boolean,
): string[] {
  if (!other.capability.includes('network_send')) return []
  const sends = uses.filter((use) => isUseOf(use, ['network_send']) && isBreaking(use))
  return sends.flatMap((use) => (copiedBy(use, grant, task) === null ? [] : [`${name}.at-once: ${use.id}-${use.id}`]))
}

/** What a use of the task took by the way, as if it were the object. */
function copied(use: Use, task: WrittenTask): Use | null {
  if (use.task !== task.name || use.source === null || use.outcome !== 'success') return null
  return { ...use, object: use.source.object, class: use.source.class, kind: '', path: null, binding: [] }
}

function copiedBy(use: Use, grant: WrittenGrant, task: WrittenTask): Use | null {
  const taken = copied(use, task)
  return taken !== null && grant.capability.includes('file_read') && isOn(taken, grant.on, task) ? taken : null
}

/** What a use of the task took by the way and no grant covers. */
function takenAtOnce(use: Use, task: WrittenTask): Use | null {
  const taken = copied(use, task)
  if (taken === null) return null
  const isGranted = task.grants.some(
    (grant) => ways(grant.capability).includes('file_read') && isOn(taken, grant.on, task),
  )
  return isSecret(taken.class) && !isGranted ? taken : null
}

function areasNotGranted(use: Use, task: WrittenTask): string[] {
  if (use.task !== task.name) return []
  const granted = (...capabilities: string[]): boolean =>
    task.grants.some(
      (grant) => ways(grant.capability).some((each) => capabilities.includes(each)) && isOn(use, grant.on, task),
    )
  const is = (...actions: string[]): boolean =>
    actions.some((action) => isUseOf(use, [action]) && use.action === action)
  const areas: string[] = []
  if (isTakenWithoutGrant(use, task) || takenAtOnce(use, task) !== null) areas.push('read')
  if (is('file_write', 'file_delete') && use.class !== null && !granted(use.action)) areas.push('change')
  if (is('file_open') && use.class !== null && use.flags.includes('O_TRUNC') && !granted('file_open', 'file_write'))
    areas.push('emptied')
  const own = isByOwnConnection(use)
  if (isBeyond(use)) {
    const sends = (grant: WrittenGrant): boolean =>
      grant.capability.includes('network_send') && (grant.only_from?.includes('opened') ?? true)
    const maySend = task.grants.some((grant) => sends(grant) && isOn(use, grant.on, task))
    if (is('network_connect') && !granted('network_connect') && !maySend) areas.push('network')
    if (is('network_send') && !own && !granted('network_send')) areas.push('network')
    if (is('network_listen') && !(use.transport === 'udp' && use.port >= 1024) && !granted('network_listen'))
      areas.push('network')
  }
  if (is('bpf_use') && !granted('bpf_use')) areas.push('system')
  if (is(...task.deny) && !granted(use.action)) areas.push('denied')
  return areas
}

/** Of a class that is followed. */
function isSecret(name: string | null): boolean {
  return name === 'credential' || name === 'personal'
}

function isTakenWithoutGrant(use: Use, task: WrittenTask): boolean {
  const isTaken = ['file_read', 'file_map', 'descriptor_receive'].some(
    (action) => use.action === action && isUseOf(use, [action]),
  )
  const isCovering = ({ capability, on }: WrittenGrant): boolean =>
    ways(capability).some((each) => each === use.action || each === 'file_read') && isOn(use, on, task)
  return isTaken && isSecret(use.class) && !task.grants.some(isCovering)
}

function isGranted(use: Use, grant: WrittenGrant, task: WrittenTask): boolean {
  return use.task === task.name && isUseOf(use, grant.capability) && isOn(use, grant.on, task)
}

function ways(capabilities: readonly string[]): readonly string[] {
  return capabilities.includes('file_read') ? [...capabilities, 'file_map'] : capabilities
}

function isUseOf(use: Use, capabilities: readonly string[]): boolean {
  if (!ways(capabilities).includes(use.action)) return false
  return use.outcome === 'success' || (use.action === 'network_connect' && use.outcome === 'unknown')
}

function isOn(use: Use, target: WrittenTarget, task: WrittenTask): boolean {
  const { class: classes, path: paths, parameter, hosts, kind, link_of: links, except } = target
  if (classes && (classes.length === 0 ? use.class !== null : !classes.includes(use.class ?? ''))) return false
  if (paths && !paths.some((path) => use.path !== null && isBelow(use.path, path))) return false
  if (links && !links.some((path) => use.target !== null && isBelow(use.target, path))) return false
  if (parameter && !parameter.some((name) => use.binding.includes(name))) return false
  if (kind && !kind.includes(use.kind)) return false
  if (hosts && !hosts.some((host) => isAt(use, host, task))) return false
  return ![except ?? []].flat().some((one) => isOn(use, one, task))
}

function isOther(use: Use, { on, when_not: never }: WrittenOther, task: WrittenTask): boolean {
  return isOn(use, on, task) && !never?.['detpack.object.binding'].some((one) => use.binding.includes(one))
}

function isBelow(path: string, pattern: string): boolean {
  if (pattern.startsWith('**/*')) return path.endsWith(pattern.slice(4))
  return pattern.endsWith('/') ? path.startsWith(pattern) : path === pattern
}

function isAt(use: Use, host: string, task: WrittenTask): boolean {
  const loopback = use.ip === '127.0.0.1'
  if (host === 'loopback') return loopback
  if (host === 'anywhere') return isBeyond(use)
  if (host === 'elsewhere') return isBeyond(use) && !task.hosts.some(({ name }) => isAt(use, name, task))
  const declared = task.hosts.find(({ name }) => name === host)
  return use.ip !== null && declared?.network === `${use.ip}/32` && (declared.port ?? use.port) === use.port
}

function isBeyond(use: Use): boolean {
  return use.ip !== null && use.ip !== '127.0.0.1'
}

function keyOf(by: 'run' | 'process' | 'object' | 'name'): (use: Use) => string | null {
  return (use) => ({ run: use.run, process: use.process, object: use.object, name: use.path })[by]
}

/** Whether there is something by which another use may be joined to it. */
function isKnown({ by = 'run' }: WrittenOther, use: Use): boolean {
  if (by !== 'object' || use.object !== null) return keyOf(by)(use) !== null
  return ['file_create', 'file_delete', 'file_attribute'].includes(use.action) && use.path !== null && use.run !== null
}

/** By its object; where that is known by name alone, by the name in the same run. A link makes no object. */
function isJoined({ by = 'run' }: WrittenOther, use: Use, one: Use): boolean {
  if (by !== 'object') return keyOf(by)(one) === keyOf(by)(use)
  if (one.target !== null) return false
  return use.object !== null ? one.object === use.object : one.path === use.path && one.run === use.run
}

/** What uses are counted together by: one use may be of several objects whose data are held. */
function countedBy(by: 'process' | 'object' | 'data' | undefined, use: Use): readonly string[] {
  if (by === 'data') return use.flow
  const key = by === 'object' ? use.object : keyOf(by ?? 'run')(use)
  return key === null ? [] : [key]
}

function length(duration: string): number {
  return Number(duration.replace('ms', ''))
}

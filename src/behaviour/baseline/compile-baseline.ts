import { formatDuration, milliseconds, type Duration } from '../../ir/duration.ts'
import { all, always, anyOf, not, type FieldName, type Predicate } from '../../ir/predicate.ts'
import type { CorrelationBody, Level, Measure, Rule } from '../../ir/rule.ts'
import { correlation, eventRule, type Clause } from '../clause-rule.ts'
import { beyondLoopback, declaredHosts, isAmong, parametersOf } from '../destination.ts'
import { exists, isOne } from '../field-test.ts'
import { groupBy, joiningOf } from '../joining.ts'
import { notForOwnAddress, notOnOwnConnection } from '../connection.ts'
import { sentAfter } from '../sent.ts'
import type { Surroundings } from '../surroundings.ts'
import { CAPABILITIES, ONLY_TO_WITHIN, type Capability, type Task } from '../task.ts'
import { EVERYTHING } from '../target.ts'
import { isOfTask, isOn, isUse, mayUse, waysOf } from '../use.ts'
import type { Baseline, Destination, SetName } from './baseline.ts'
import { hasShape, isDestination, isFile } from './baseline-predicate.ts'
import { knownInWords } from './known-in-words.ts'

/**
 * How far a baseline is in force. `whole`: it was approved and that holds. `kept in`: the approval has ended, so what it let
 * out of the host is let out no longer; what it says of the host itself is still what there is to compare with. `nothing`:
 * nobody approved what it says now; only what is declared may leave the host.
 */
export type Force = 'whole' | 'kept in' | 'nothing'

/** Amounts are unusual beyond so many times the most that was seen: of a service, and of an agent, whose work differs. */
const BEYOND = 2
const FAR_BEYOND = 10
/** Less than that is never much. */
const SOME = { bytes: 65_536, objects: 9, hosts: 1 }
/**
 * A gap is unusual below this part of what nearly all were, if those were so long at least, ms: in less nobody thinks, and
 * it differs with the machine and the way.
 */
const FAR = 4
const LONG_ENOUGH = 1000
/**
 * After so many runs in which something never was, 19 times in 20 it is in fewer than one of a hundred (3 / 300). Fewer say
 * little of what an agent that is asked for something else, or a service that is set up anew, does for the first time.
 */
export const WELL_KNOWN = 300
const IN_FORCE: Readonly<Record<Force, string>> = {
  whole: '',
  'kept in': ' Its approval has ended, so what it let out is let out no longer.',
  nothing: ' Nobody approved it, so only what is declared may leave the host.',
}
/** The window in which a run's amounts are added up. */
const AMOUNTS_WITHIN = milliseconds(3_600_000)

const CHANGES = ['file_write', 'file_create', 'file_delete', 'file_rename', 'file_attribute'] as const

/** Those that reach beyond what a process was given. Of others what they are used on says more than that they are used. */
const FAR_REACHING: ReadonlySet<Capability> = new Set([
  'process_inspect',
  'descriptor_take',
  'namespace_change',
  'mount',
  'module_load',
  'bpf_use',
  'audit_change',
])
/** Of a service also this: as whom it runs does not change from day to day. */
const FAR_FOR_SERVICE: ReadonlySet<Capability> = new Set([...FAR_REACHING, 'privilege_change'])
/**
 * Of a service that is well known also whether it compiles into memory: PostgreSQL does for a query that costs much, nginx
 * for a regular expression, and neither has to in a few runs. An agent does so with each program that has such a compiler.
 */
const FAR_FOR_WELL_KNOWN: ReadonlySet<Capability> = new Set([...FAR_FOR_SERVICE, 'memory_exec'])

/**
 * A baseline as rules: what is not in one of its sets, data that go where they never went, gaps far below the usual and
 * amounts far above it. Like rules of grants they run in every engine and language that says them. What a task declares is
 * normal besides: capabilities that it grants, and objects and hosts that a grant names.
 *
 * A service does the same today as yesterday: each new program of it is told, each file that it changes outside what it
 * made itself, and reading what is of a class and not meant for anyone. What an agent does differs with what it is asked
 * for, so of a task only what endangers something is: reading data of a class that is followed, changing objects of any
 * class, the network, and capabilities that reach far. New programs and files are then among the reasons of an alert
 * (`Scorer`) and none by themselves. Of both, what a capability is used on says more than that it is used, unless it
 * reaches far.
 *
 * That something was in none of a few runs makes it no rarer than it may well be, so of those only what is told that
 * reaches far or is of a class and that no grant covers, be it by its class alone: no other files of no class, no reading of
 * what everybody may read, no compiling into memory, no amounts and no gaps. They are learned all the same, and among the
 * reasons of an alert.
 *
 * @param task the declared task, or one that stands for the service (`holderOf`)
 */
export function compileBaseline(baseline: Baseline, task: Task, around: Surroundings, force: Force): Rule[] {
  return new BaselineCompiler(baseline, task, around, force).compile()
}

class BaselineCompiler {
  readonly #baseline: Baseline
  readonly #task: Task
  readonly #around: Surroundings
  readonly #force: Force
  readonly #isService: boolean
  readonly #isWellKnown: boolean

  constructor(baseline: Baseline, task: Task, around: Surroundings, force: Force) {
    this.#baseline = baseline
    this.#task = task
    this.#around = around
    this.#force = force
    this.#isService = task.holder.kind === 'unit'
    this.#isWellKnown = baseline.runs === null || baseline.runs >= WELL_KNOWN
  }

  compile(): Rule[] {
    const { learnable, followed, classes } = this.#around
    const leaving = classes.filter((name) => learnable.includes(name) && followed.includes(name))
    const out = [this.#destination(), ...leaving.flatMap((name) => this.#flow(name))]
    if (this.#force === 'nothing') return out
    return [
      ...this.#capability(),
      ...(this.#isService ? [this.#program()] : []),
      this.#change(),
      this.#read(),
      ...out,
      ...(this.#isWellKnown ? this.#quantities() : []),
    ]
  }

  #quantities(): Rule[] {
    return [
      ...this.#baseline.gaps.flatMap(({ objectClass, usual }) => this.#gap(objectClass, usual)),
      ...this.#amounts(),
    ]
  }

  #capability(): Rule[] {
    const granted = this.#task.grants.flatMap(({ capabilities }) => waysOf(capabilities))
    const known = new Set<string>([...this.#baseline.capabilities, ...granted])
    const ofService = this.#isWellKnown ? FAR_FOR_WELL_KNOWN : FAR_FOR_SERVICE
    const told = this.#isService ? ofService : FAR_REACHING
    const others = CAPABILITIES.filter((each) => !known.has(each) && told.has(each))
    if (others.length === 0) return []
    return [
      eventRule(
        this.#clause('capability', 'used a capability that it never used', 'medium', this.#has('capabilities')),
        this.#own(isUse(others)),
      ),
    ]
  }

  #program(): Rule {
    const learned = hasShape('file.path', this.#baseline.programs, this.#around.homes)
    const known = anyOf(learned, ...this.#named(['process_exec']))
    const where = all(isUse(['process_exec']), exists('file.path'), except(known))
    return eventRule(
      this.#clause('program', 'ran a program that it never ran', 'medium', this.#has('programs')),
      this.#own(where),
    )
  }

  #change(): Rule {
    const { changes } = this.#baseline
    const known = CHANGES.flatMap((action) => {
      const own = changes.filter(({ capability }) => capability === action)
      return [...new Set(own.map(({ objectClass }) => objectClass))].map((name) => {
        const shapes = own.filter(({ objectClass }) => objectClass === name).map(({ shape }) => shape)
        const files = isFile(shapes, this.#around.homes)
        return all(isOne('event.action', [action]), isOfClass(name), files)
      })
    })
    known.push(...this.#named(CHANGES), ...this.#ownMade())
    const what = exists(this.#tellsAll ? 'file.path' : 'detpack.object.class')
    const where = all(isUse(CHANGES), what, except(anyOf(...known)))
    return eventRule(
      this.#clause('change', 'changed a file that it never changed', 'medium', this.#has('changes')),
      this.#own(where),
    )
  }

  /** What a service makes is its own, and so is what lies below: whatever it does to it later; but no object of a class. */
  #ownMade(): Predicate[] {
    const made = this.#baseline.changes.filter(
      ({ capability, objectClass }) => capability === 'file_create' && objectClass === '',
    )
    if (!this.#isService || made.length === 0) return []
    const own = made.flatMap(({ shape }) => [
      shape,
      ...(shape.startsWith('/') || shape.startsWith('~/') ? [`${shape}/**`] : []),
    ])
    return [all(isFile(own, this.#around.homes), isOfClass(''))]
  }

  #read(): Rule {
    const { learnable, followed, open, homes } = this.#around
    const told = learnable.filter((each) => (this.#tellsAll ? !open.includes(each) : followed.includes(each)))
    const names = [...new Set(this.#baseline.reads.map(({ objectClass }) => objectClass))]
    const known = names.map((name) => {
      const own = this.#baseline.reads.filter(({ objectClass }) => objectClass === name)
      const shapes = own.map(({ shape }) => shape)
      return all(isOne('detpack.object.class', [name]), isFile(shapes, homes))
    })
    // What a run was bound to is declared, and another file in each.
    const bound = [...parametersOf(this.#task, 'file'), ...parametersOf(this.#task, 'directory')]
    if (bound.length > 0) known.push(isOne('detpack.object.binding', bound))
    known.push(...this.#named(['file_read']))
    const used = all(isUse(waysOf(['file_read'])), isOne('detpack.object.class', told), exists('file.path'))
    const clause = this.#clause('read', 'read an object of a class where it never did', 'medium', this.#has('reads'))
    return eventRule(clause, this.#own(all(used, except(anyOf(...known)))))
  }

  #destination(): Rule {
    const known = this.#known(this.#baseline.destinations)
    const where = all(this.#reaching(), except(known))
    return eventRule(
      this.#clause('destination', 'used the network where it never did', 'medium', this.#has('destinations')),
      this.#own(where),
    )
  }

  /** Hosts that it turns to itself, and not who asked it for something. */
  #reaching(): Predicate {
    const connected = all(isUse(['network_connect']), notForOwnAddress)
    const turned = anyOf(connected, all(isUse(['network_send']), notOnOwnConnection))
    return all(turned, beyondLoopback, except(anyOf(...this.#answers())))
  }

  /** What is sent by connections that were handed on, where a grant is about those: a client may be anywhere. */
  #answers(): Predicate[] {
    return this.#task.grants.flatMap((grant) => {
      if (!grant.capabilities.includes('network_send') || mayUse(grant, 'network_connect')) return []
      const origins = grant.conditions.flatMap((one) => (one.kind === 'only_from' ? one.origins : []))
      const handed = isOne('detpack.descriptor.origin', origins)
      return [all(isUse(['network_send']), isOn(grant.on, this.#task, this.#around), handed)]
    })
  }

  /** Read, then sent where data of that class never went: not to who asked, where a grant is about answers. */
  #flow(objectClass: string): Rule[] {
    const to = this.#baseline.flows.filter((each) => each.objectClass === objectClass).map((each) => each.to)
    const clause = this.#clause(
      `flow.${objectClass}`,
      `sent data of class ${objectClass} where they never went`,
      'high',
      this.#has('flows'),
    )
    const known = anyOf(this.#known(to), ...this.#answers())
    return this.#sent(clause, objectClass, all(beyondLoopback, except(known)), ONLY_TO_WITHIN)
  }

  /** Sent much sooner after the reading than usual. */
  #gap(objectClass: string, usual: Duration): Rule[] {
    if (usual < LONG_ENOUGH) return []
    const clause = this.#clause(
      `gap.${objectClass}`,
      `sent data of class ${objectClass} much sooner than it usually does`,
      'medium',
      `which has 99 of 100 such gaps at ${formatDuration(usual)} or more`,
    )
    return this.#sent(clause, objectClass, beyondLoopback, milliseconds(Math.floor(usual / FAR)))
  }

  #sent(clause: Clause, objectClass: string, to: Predicate, within: Duration): Rule[] {
    const used = all(isUse(waysOf(['file_read'])), isOne('detpack.object.class', [objectClass]))
    return sentAfter(clause, { taken: this.#own(used), as: 'detpack.object.id', to, within }, this.#around)
  }

  #amounts(): Rule[] {
    const { bytesSent, classedObjects, destinations } = this.#baseline.rates
    const sent = all(isUse(['network_send']), beyondLoopback)
    return [
      ...this.#amount('bytes', 'sent far more than it ever did', bytesSent, sent, 'sum', 'detpack.use.bytes'),
      ...this.#amount(
        'objects',
        'used far more objects of classes than it ever did',
        classedObjects,
        exists('detpack.object.class'),
        'distinct',
        'detpack.object.id',
      ),
      ...this.#amount(
        'hosts',
        'turned to far more hosts than it ever did',
        destinations,
        this.#reaching(),
        'distinct',
        'destination.ip',
      ),
    ]
  }

  #amount(
    name: keyof typeof SOME,
    title: string,
    most: number | null,
    where: Predicate,
    measure: Extract<Measure['of'], 'sum' | 'distinct'>,
    counted: FieldName,
  ): Rule[] {
    if (most === null || most === 0) return []
    const limit = Math.max(most * (this.#isService ? BEYOND : FAR_BEYOND), SOME[name])
    const clause = this.#clause(
      `amount.${name}`,
      title,
      'medium',
      `which has ${most.toLocaleString('en-US')} as the most of a run`,
    )
    const { span } = clause
    const use = eventRule(clause, this.#own(where), 'use')
    const body: CorrelationBody = {
      type: 'value',
      of: [{ rule: use.id, span }],
      measure: { of: measure },
      fields: [counted],
      bounds: [{ operator: 'gte', value: limit + 1 }],
    }
    const group = groupBy(joiningOf(null, EVERYTHING, this.#task, []), span, new Map(), [])
    return [use, correlation(clause, { body, group, timespan: AMOUNTS_WITHIN })]
  }

  /** Whether anything is told that was never there, be it nobody's secret. */
  get #tellsAll(): boolean {
    return this.#isService && this.#isWellKnown
  }

  /**
   * Uses of what grants name by its path. A class is how far a grant reaches at most, and not what is usual of it; what is
   * usual of it a few runs do not say.
   */
  #named(capabilities: readonly Capability[]): Predicate[] {
    const { grants } = this.#task
    return grants.flatMap(({ capabilities: granted, on }) => {
      const own = capabilities.filter((each) => granted.includes(each))
      if (own.length === 0 || (on.paths === null && this.#isWellKnown)) return []
      return [all(isOne('event.action', waysOf(own)), isOn(on, this.#task, this.#around))]
    })
  }

  #own(where: Predicate): Predicate {
    return all(isOfTask(this.#task, this.#around), where)
  }

  /** Where data may go: what was learned while that holds, and what is declared. */
  #known(learned: readonly Destination[]): Predicate {
    const declared = isAmong(declaredHosts(this.#task), this.#task)
    return this.#force === 'whole' ? anyOf(isDestination(learned), declared) : declared
  }

  /** What is usual instead, for an alert. */
  #has(set: SetName): string {
    return knownInWords(this.#baseline, set, this.#task)
  }

  #clause(name: string, title: string, level: Level, usual: string): Clause {
    const { owner, span, runs, title: own } = this.#baseline
    const task: Task = { ...this.#task, owner: this.#task.owner ?? owner }
    const learned = runs === null ? '' : `, of ${runs.toLocaleString('en-US')} runs`
    return {
      task,
      grant: null,
      name: `baseline.${name}`,
      title: `${task.name} ${title}`,
      description: `Not in its baseline ("${own}"${learned}), ${usual}.${IN_FORCE[this.#force]}`,
      level,
      span,
    }
  }
}

/** Empty: of no class. */
function isOfClass(name: string): Predicate {
  return name === '' ? not(exists('detpack.object.class')) : isOne('detpack.object.class', [name])
}

/** All but what is known; where nothing is, all. */
function except(known: Predicate): Predicate {
  return known.op === 'any' && known.of.length === 0 ? always : not(known)
}

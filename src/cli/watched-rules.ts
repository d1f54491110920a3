import type { Diagnostic } from '../diagnostic/diagnostic.ts'
import type { RuleSet } from '../engine/stream/succession.ts'
import type { Program } from '../ir/rule.ts'
import { storedProgram, type HeldException, type KeptRule, type StoredProgram } from '../artifact/local/stored-rule.ts'
import { storeFailure } from '../target/local/schema.ts'

/** The rules of a watch, with those that only tell of events that exceptions leave out. */
export interface WatchedSet extends RuleSet {
  readonly exceptions: ReadonlyMap<string, HeldException>
}

/** Where the rules of a watch come from. */
export interface WatchedRules {
  readonly now: WatchedSet
  /** The rules, when they have changed since; asked before events are taken. */
  readonly changed: () => WatchedSet | undefined
}

/** Those of files, which are read once. */
export function rulesOfPack(program: Program): WatchedRules {
  const alone = [...program.rules.values()].filter((rule) => rule.alone)
  const versions = new Map(alone.map(({ id }) => [id, 'as read']))
  return { now: { program, versions, exceptions: new Map() }, changed: () => undefined }
}

/**
 * Those that are deployed to the local store. A store that cannot be read for a while changes nothing. That an exception
 * has ended is a change.
 *
 * @param tell is given what is wrong with single rules @param clock gives ms since 1970
 */
export function rulesOfStore(
  store: { readonly rules: () => readonly KeptRule[]; readonly hasChanged: () => boolean },
  file: string,
  tell: (diagnostics: readonly Diagnostic[]) => void,
  clock = Date.now,
): WatchedRules {
  const read = (): StoredProgram => {
    const stored = storedProgram(store.rules(), file, clock())
    tell(stored.diagnostics)
    return stored
  }
  let now = read()
  let unread = false
  let told = false
  return {
    now,
    changed: () => {
      try {
        unread = store.hasChanged() || clock() > firstEnd(now) || unread
        if (!unread) return undefined
        const fresh = read()
        unread = false
        told = false
        if (isSame(fresh, now)) return undefined
        now = fresh
        return fresh
      } catch (problem) {
        // It is tried again before the next events, and told once.
        if (!told) tell([storeFailure(problem, file)])
        told = true
        return undefined
      }
    },
  }
}

function firstEnd({ exceptions }: WatchedSet): number {
  return Math.min(...[...exceptions.values()].map(({ until }) => until))
}

function isSame(one: WatchedSet, other: WatchedSet): boolean {
  return (
    sameEntries(one.versions, other.versions, (version) => version) &&
    sameEntries(one.exceptions, other.exceptions, ({ digest }) => digest)
  )
}

function sameEntries<T>(one: ReadonlyMap<string, T>, other: ReadonlyMap<string, T>, of: (value: T) => string): boolean {
  return (
    one.size === other.size &&
    [...one].every(([id, value]) => {
      const its = other.get(id)
      return its !== undefined && of(its) === of(value)
    })
  )
}

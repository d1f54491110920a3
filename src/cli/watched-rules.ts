import type { Diagnostic } from '../diagnostic/diagnostic.ts'
import type { RuleSet } from '../engine/stream/succession.ts'
import type { Program } from '../ir/rule.ts'
import { storedProgram } from '../artifact/local/stored-rule.ts'
import { storeFailure } from '../target/local/schema.ts'
import type { LocalStore } from '../target/local/store.ts'

/** Where the rules of a watch come from. */
export interface WatchedRules {
  readonly now: RuleSet
  /** The rules, when they have changed since; asked before events are taken. */
  readonly changed: () => RuleSet | undefined
}

/** Those of files, which are read once. */
export function rulesOfPack(program: Program): WatchedRules {
  const alone = [...program.rules.values()].filter((rule) => rule.alone)
  return { now: { program, versions: new Map(alone.map(({ id }) => [id, 'as read'])) }, changed: () => undefined }
}

/**
 * Those that are deployed to the local store. A store that cannot be read for a while changes nothing.
 *
 * @param tell is given what is wrong with single rules
 */
export function rulesOfStore(
  store: LocalStore,
  file: string,
  tell: (diagnostics: readonly Diagnostic[]) => void,
): WatchedRules {
  const read = (): RuleSet => {
    const { program, versions, diagnostics } = storedProgram(store.rules(), file)
    tell(diagnostics)
    return { program, versions }
  }
  let now = read()
  let unread = false
  let told = false
  return {
    now,
    changed: () => {
      try {
        unread = store.hasChanged() || unread
        if (!unread) return undefined
        const fresh = read()
        unread = false
        told = false
        if (sameVersions(fresh, now)) return undefined
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

function sameVersions({ versions: one }: RuleSet, { versions: other }: RuleSet): boolean {
  return one.size === other.size && [...one].every(([id, version]) => other.get(id) === version)
}

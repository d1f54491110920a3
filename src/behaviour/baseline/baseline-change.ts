import { formatDuration } from '../../ir/duration.ts'
import { entriesOf, SETS, type Baseline, type Rates, type SetName } from './baseline.ts'

/** What one baseline has that another has not. */
export interface BaselineChange {
  readonly set: SetName | 'gaps' | 'rates'
  readonly kind: 'added' | 'removed' | 'changed'
  readonly entry: string
}

/** From one baseline to another, in the order of the file; `before` null: from none. */
export function changesOf(before: Baseline | null, after: Baseline): readonly BaselineChange[] {
  const sets = SETS.flatMap((set): BaselineChange[] => {
    const [old, now] = [new Set(before === null ? [] : entriesOf(before, set)), new Set(entriesOf(after, set))]
    return [
      ...[...now].filter((entry) => !old.has(entry)).map((entry) => ({ set, kind: 'added', entry }) as const),
      ...[...old].filter((entry) => !now.has(entry)).map((entry) => ({ set, kind: 'removed', entry }) as const),
    ]
  })
  return [...sets, ...gapChanges(before, after), ...rateChanges(before?.rates ?? null, after.rates)]
}

/** How many small steps have added up to what. */
export interface Drift {
  /** Approvals after the first one. */
  readonly approvals: number
  /** Entries of the first approved baseline, and those that came since. */
  readonly first: number
  readonly added: number
  readonly removed: number
  /** Of amounts and gaps: from what to what, in words. */
  readonly widened: readonly string[]
  readonly changes: readonly BaselineChange[]
}

/**
 * The whole way from the first approved baseline, however small each step was: a habit that somebody brings in bit by bit
 * shows here. @param all approved baselines, the first one first, and what is proposed now
 */
export function driftOf(all: readonly Baseline[]): Drift | undefined {
  const [first, last] = [all[0], all.at(-1)]
  if (first === undefined || last === undefined || all.length < 2) return undefined
  const changes = changesOf(first, last)
  return {
    approvals: all.length - 1,
    first: SETS.reduce((sum, set) => sum + entriesOf(first, set).length, 0),
    added: changes.filter(({ kind }) => kind === 'added').length,
    removed: changes.filter(({ kind }) => kind === 'removed').length,
    widened: changes.filter(({ kind }) => kind === 'changed').map(({ set, entry }) => `${set} ${entry}`),
    changes,
  }
}

function gapChanges(before: Baseline | null, after: Baseline): BaselineChange[] {
  const old = new Map(before?.gaps.map(({ objectClass, usual }) => [objectClass, usual]) ?? [])
  const now = new Map(after.gaps.map(({ objectClass, usual }) => [objectClass, usual]))
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((name) => {
    const words = (of: ReadonlyMap<string, Parameters<typeof formatDuration>[0]>): string | null => {
      const usual = of.get(name)
      return usual === undefined ? null : formatDuration(usual)
    }
    return changed('gaps', name, words(old), words(now))
  })
}

function rateChanges(before: Rates | null, after: Rates): BaselineChange[] {
  const names = ['bytesSent', 'classedObjects', 'destinations'] as const
  const words = (value: number | null | undefined): string | null =>
    value === null || value === undefined ? null : String(value)
  return names.flatMap((name) => changed('rates', RATE_WORDS[name], words(before?.[name]), words(after[name])))
}

/** The keys of the file. */
export const RATE_WORDS: Readonly<Record<keyof Rates, string>> = {
  bytesSent: 'bytes_sent',
  classedObjects: 'classed_objects',
  destinations: 'destinations',
}

function changed(set: 'gaps' | 'rates', name: string, old: string | null, now: string | null): BaselineChange[] {
  if (old === now) return []
  if (old === null) return [{ set, kind: 'added', entry: `${name} ${now ?? ''}` }]
  if (now === null) return [{ set, kind: 'removed', entry: `${name} ${old}` }]
  return [{ set, kind: 'changed', entry: `${name} ${old} -> ${now}` }]
}

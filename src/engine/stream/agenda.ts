/** What a predicate waits for, as in `Trigger`; null for one that is asked of each event. */
export type Awaited<Q> = {
  readonly questions: readonly Q[]
  /** Places of fields. */
  readonly fields: readonly number[]
} | null

/** When each of some predicates is asked, by their places. */
export interface Agenda<Q> {
  readonly always: readonly number[]
  /** Once a question is answered with yes. */
  readonly onceTrue: ReadonlyMap<Q, readonly number[]>
  /** Once a field is there, by its place. */
  readonly onceStated: readonly (readonly [number, readonly number[]])[]
}

/** @param awaited by each predicate of a set @param places of those that are on the agenda */
export function agendaOf<Q>(awaited: readonly Awaited<Q>[], places: readonly number[]): Agenda<Q> {
  const always: number[] = []
  const onceTrue = new Map<Q, number[]>()
  const onceStated = new Map<number, number[]>()
  for (const place of places) {
    const one = awaited[place] ?? null
    if (one === null) always.push(place)
    for (const question of one?.questions ?? []) append(onceTrue, question, place)
    for (const field of one?.fields ?? []) append(onceStated, field, place)
  }
  return { always, onceTrue, onceStated: [...onceStated] }
}

function append<K>(map: Map<K, number[]>, key: K, place: number): void {
  const there = map.get(key)
  if (there) there.push(place)
  else map.set(key, [place])
}

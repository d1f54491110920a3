import type { Presence, Unordered } from '../../ir/rule.ts'
import { checkBounds, emitBounds } from './bounds.ts'
import { ASK, emitMoments, ENTER, sortMoments, timeOf } from './moment.ts'
import { by, emitGroup, emitRoles, keysOf, whereOf, type Role, type Stage, type StageText } from './stage.ts'

/** Where a condition begins that needs no match; greater than every order text. */
const NOTHING = '"~"'
/** Less than every order text. */
const NONE = '"-"'

const DEEPEST = 20

/**
 * `temporal`: at each event the newest match of each rule up to and with it, by one `streamstats`, as far as it lies in
 * the window. Where the condition holds, it begins with the oldest match that it needs (semantics §2). A part of a
 * condition is a field that holds its beginning, null where it does not hold.
 */
export function emitUnordered(stage: Stage, body: Unordered): StageText {
  const { of } = stage
  const uses = body.of.filter((use, at) => body.of.findIndex((other) => other.rule === use.rule) === at)
  const roles: readonly Role[] = uses.map((use, at) => ({ number: at + 1, uses: [use], guarded: true }))
  const taken = emitRoles(stage, roles)
  const numbers = roles.map((role) => role.number)
  const condition = new ConditionWriter(stage, new Map(uses.map((use, at) => [use.rule, `dp_q${at + 1}`])))
  const begin = condition.write(body.condition, DEEPEST)
  return {
    predicates: taken.predicates,
    commands: [
      ...taken.commands,
      ...emitGroup(stage, roles),
      ...emitMoments(stage, [ENTER, ASK]),
      ...sortMoments(of.timespan),
      `eval ${numbers.map((at) => `dp_c${at}=if(dp_moment==${ENTER} AND dp_role==${at}, dp_o . dp_id, null())`).join(', ')}`,
      `streamstats ${numbers.map((at) => `max(dp_c${at}) AS dp_p${at}`).join(' ')}${by(keysOf(stage))}`,
      whereOf(stage, `dp_moment==${ASK}`),
      `eval ${numbers
        .map((at) => `dp_q${at}=if(dp_ms-${timeOf(`dp_p${at}`)}<=${of.timespan}, dp_p${at}, null())`)
        .join(', ')}`,
      ...condition.evals,
      whereOf(stage, `isnotnull(${begin})`),
      `eval dp_start=if(${begin}==${NOTHING}, dp_o . dp_id, ${begin})`,
    ],
  }
}

/** Writes the parts of a condition, inner ones first. */
class ConditionWriter {
  readonly evals: string[] = []
  readonly #stage: Stage
  readonly #newest: ReadonlyMap<string, string>

  constructor(stage: Stage, newest: ReadonlyMap<string, string>) {
    this.#stage = stage
    this.#newest = newest
  }

  /** The field that holds where the condition begins. */
  write(condition: Presence, levels: number): string {
    if (levels === 0) {
      this.#stage.scope.refuse(`a condition nested more than ${DEEPEST} levels deep`, this.#stage.of.span)
      return 'null()'
    }
    if (condition.op === 'rule') return this.#newest.get(condition.rule) ?? 'null()'
    const expression = this.#expression(condition, levels)
    const name = `dp_w${this.evals.length + 1}`
    this.evals.push(`eval ${name}=${expression}`)
    return name
  }

  #expression(condition: Exclude<Presence, { op: 'rule' }>, levels: number): string {
    switch (condition.op) {
      case 'all':
        return condition.of.length === 0 ? NOTHING : `nullif(${this.#extreme('min', condition.of, levels)}, ${NONE})`
      case 'any':
        return condition.of.length === 0 ? 'null()' : `nullif(${this.#extreme('max', condition.of, levels)}, ${NONE})`
      case 'not':
        return `if(isnull(${this.write(condition.of, levels - 1)}), ${NOTHING}, null())`
      case 'count':
        return this.#counted(condition)
    }
  }

  /** Of beginnings; `NONE` where one is missing that `min` needs, or all are. */
  #extreme(of: 'min' | 'max', parts: readonly Presence[], levels: number): string {
    const begins = parts.map((part) => `coalesce(${this.write(part, levels - 1)}, ${NONE})`)
    const [only] = begins
    return begins.length === 1 && only !== undefined ? only : `${of}(${begins.join(', ')})`
  }

  #counted({ bounds }: Extract<Presence, { op: 'count' }>): string {
    const { of, scope } = this.#stage
    checkBounds(bounds, of.span, scope)
    const fields = [...this.#newest.values()]
    const number = fields.map((name) => `if(isnotnull(${name}), 1, 0)`).join('+')
    const present = `mvsort(mvappend(${fields.join(', ')}))`
    const [bound] = bounds
    const nth = bounds.length === 1 && bound?.operator === 'gte' ? Math.max(1, Math.ceil(bound.value)) : undefined
    const begin = nth === undefined ? `mvindex(${present}, 0)` : `mvindex(${present}, -${nth})`
    return `if(${emitBounds(`(${number})`, bounds)}, coalesce(${begin}, ${NOTHING}), null())`
  }
}

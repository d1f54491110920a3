import { Alphabet } from './alphabet.ts'
import { States } from './derivative.ts'
import { parseRegex } from './parse.ts'

/** Whether an expression matches a whole text. Takes time in proportion to the text; may throw `TooComplex`. */
export type Regex = (text: string) => boolean

/** An expression of Lucene's dialect, or what is wrong with it and where. */
export type CompiledRegex = { readonly matches: Regex } | { readonly problem: string; readonly at: number }

export function compileRegex(text: string, folds: boolean): CompiledRegex {
  const parsed = parseRegex(text, folds)
  if (!('tree' in parsed)) return parsed
  const alphabet = new Alphabet(parsed.tree)
  const states = new States(alphabet)
  const start = states.of(parsed.tree)
  return {
    matches: (value) => {
      let state = start
      for (let at = 0; at < value.length; at++) {
        if (state === states.nothing) return false
        if (state === states.anything) return true
        const code = value.codePointAt(at) ?? 0
        if (code > 0xffff) at++
        state = states.after(state, alphabet.classOf(code))
      }
      return state.accepts
    },
  }
}

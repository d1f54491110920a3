import { error, type Diagnostic } from '../../../diagnostic/diagnostic.ts'
import type { Source } from '../../../diagnostic/source.ts'

/** A search macro: text that stands for a call between backticks. */
export interface Macro {
  /** The names of its arguments, which stand in the definition as `$name$`. */
  readonly args: readonly string[]
  readonly definition: string
}

/** Macros by the name of their stanza: `name`, or `name(2)` with two arguments. */
export type Macros = ReadonlyMap<string, Macro>

/**
 * Reads macros.conf: stanzas `[name]` or `[name(2)]` with `definition` and `args`; other keys do not matter here. A value
 * goes on in the next line where its line ends with a backslash. `spl/macros`: a line that is none of these; a macro whose
 * definition is an eval expression (`iseval`), which is not run here.
 */
export function parseMacros(source: Source): { readonly macros: Macros; readonly diagnostics: readonly Diagnostic[] } {
  const macros = new Map<string, Macro>()
  const diagnostics: Diagnostic[] = []
  let name: string | undefined
  for (const { text, start } of linesOf(source.text)) {
    const line = text.trim()
    if (line === '' || line.startsWith('#') || line.startsWith(';')) continue
    const complain = (message: string, hint?: string): void => {
      diagnostics.push(error('spl/macros', message, { source, start, end: start + text.length }, { hint }))
    }
    const stanza = /^\[(.+)\]$/.exec(line)?.[1]
    if (stanza !== undefined) {
      name = stanza.replace(/\s*\(\s*(\d+)\s*\)$/, '($1)')
      macros.set(name, { args: [], definition: '' })
      continue
    }
    const setting = /^([\w.]+)\s*=\s*([\s\S]*)$/.exec(line)
    const known = name === undefined ? undefined : macros.get(name)
    if (!setting || name === undefined || !known) complain('this is no stanza and no setting of one')
    else {
      const [, key = '', value = ''] = setting
      if (key === 'definition') macros.set(name, { ...known, definition: value })
      else if (key === 'args') macros.set(name, { ...known, args: value.split(',').map((each) => each.trim()) })
      else if (key === 'iseval' && !/^(0|f|false)$/i.test(value))
        complain('a macro whose definition is an eval expression is not run here', 'write out what it gives')
    }
  }
  return { macros, diagnostics }
}

/** Lines with what continues them; the line break inside stays, its backslash goes. */
function* linesOf(text: string): Generator<{ readonly text: string; readonly start: number }> {
  let start = 0
  while (start < text.length) {
    let end = start
    for (;;) {
      end = text.indexOf('\n', end)
      if (end === -1) end = text.length
      if (!/\\\r?$/.test(text.slice(start, end)) || end === text.length) break
      end++
    }
    yield { text: text.slice(start, end).replace(/\\\r?\n/g, '\n'), start }
    start = end + 1
  }
}

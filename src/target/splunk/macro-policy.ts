import { ownedException, ownedMacro, readMacroMark, signMacro } from '../../artifact/splunk/macro.ts'
import { fieldsOf, valueOf } from '../difference.ts'
import { textOf, type KindPolicy } from '../object.ts'

/** A macro, in REST's names. Its definition is for people to change: where the events lie, and what a rule lets through. */
export const macroPolicy: KindPolicy = {
  owned: ownedMacro,
  tunable: [['definition']],
  loose: (content) => fieldsOf(content, ['definition']),
  compose: (desired, _live, tuned) => ({ ...desired, ...tuned }),
  theirs: () => [],
  markOf: (content) => {
    const mark = readMacroMark(content)
    return mark === undefined ? null : { ...mark, version: null }
  },
  sign: (content, { pack, digest, applied }) => signMacro(content, { pack, digest, applied }),
  idIn: (content) => textOf(valueOf(content, 'name')),
  replaces: (live, desired) => valueOf(live, 'name') !== valueOf(desired, 'name'),
}

/** The macro of an exception: what it leaves out was approved, and is set again when a hand has changed it. */
export const exceptionMacroPolicy: KindPolicy = {
  ...macroPolicy,
  owned: ownedException,
  tunable: [],
  loose: () => ({}),
  compose: (desired) => desired,
}

/**
 * The text with every letter replaced by one representative of the letters equal to it when case does not count:
 * Unicode simple folding, code point by code point (semantics §1). Two texts are equal without case when their folds
 * are the same text. The representative need not be the one that CaseFolding.txt names.
 */
export function foldCase(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase()
  let folded = ''
  for (const character of text) folded += foldCharacter(character)
  return folded
}

const ASCII = /^[\x00-\x7f]*$/

/** Simple folding leaves these alone, or joins them in another way than the case mappings do. */
const EXCEPTIONS: ReadonlyMap<string, string> = new Map([
  // Dotless i has the capital I, but belongs to Turkic folding only.
  ['\u0131', '\u0131'],
  // Two spellings each of one letter; they have no case mapping of one code point.
  ['\u1fd3', '\u0390'],
  ['\u1fe3', '\u03b0'],
  ['\ufb05', '\ufb06'],
])

/** The lower case of the upper case, as far as both are one code point: this also joins ſ to s and ς to σ. */
function foldCharacter(character: string): string {
  const exception = EXCEPTIONS.get(character)
  if (exception !== undefined) return exception
  return single(single(character, character.toUpperCase()), single(character, character.toUpperCase()).toLowerCase())
}

/** A mapping counts only when it gives one code point for one. */
function single(from: string, to: string): string {
  const code = to.codePointAt(0) ?? 0
  return to.length === (code > 0xffff ? 2 : 1) ? to : from
}

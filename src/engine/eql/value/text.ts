/** The order of texts in Lucene: that of their code points (of their UTF-8 bytes). */
export function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let at = 0; at < length; at++) {
    const difference = a.charCodeAt(at) - b.charCodeAt(at)
    if (difference !== 0) return codePointRank(a, at) - codePointRank(b, at)
  }
  return a.length - b.length
}

/** UTF-16 puts its surrogates before the last characters of the first plane; code points have them behind. */
function codePointRank(text: string, at: number): number {
  const unit = text.charCodeAt(at)
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit
}

/** How case is left out: on fields Lucene folds ASCII letters only; on computed texts Java folds all. */
export type Folding = 'ascii' | 'unicode'

export function fold(text: string, folding: Folding): string {
  if (folding === 'unicode') return text.toLowerCase()
  return CAPITAL.test(text) ? text.replace(CAPITALS, (letter) => letter.toLowerCase()) : text
}

const CAPITAL = /[A-Z]/
const CAPITALS = /[A-Z]+/g

/** Whether a text equals one that was folded before. */
export function foldsTo(text: string, folded: string, folding: Folding): boolean {
  if (folding === 'ascii' && text.length !== folded.length) return false
  return text === folded || fold(text, folding) === folded
}

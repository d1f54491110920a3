/** Pieces shorter than this are copied by the engine anyway. */
const SHORT = 13

/** The same text by itself in memory: a piece of a longer text would hold on to all of it. */
export function detached(text: string): string {
  return text.length < SHORT ? text : (JSON.parse(JSON.stringify(text)) as string)
}

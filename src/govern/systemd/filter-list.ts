/**
 * A list that either allows what it names or denies it, as systemd builds it from lines: the first line decides which,
 * `~` takes away from what is allowed, later lines add or take away, an empty line starts anew (systemd.exec(5)).
 */
export interface FilterList {
  readonly allow: boolean
  readonly names: ReadonlySet<string>
}

/** Whether a name passes. */
export function passes(list: FilterList | null, name: string): boolean {
  return list === null || list.names.has(name) === list.allow
}

/**
 * @param expand what a word of the line stands for; nothing for a word that means nothing
 * @param implied what an allow list holds from the start
 */
export function withLine(
  list: FilterList | null,
  line: string,
  expand: (word: string, inverted: boolean) => Iterable<string>,
  implied: Iterable<string> = [],
): FilterList | null {
  if (line === '') return null
  const inverted = line.startsWith('~')
  const allow = list?.allow ?? !inverted
  const names = new Set(list?.names ?? (allow ? implied : []))
  for (const word of (inverted ? line.slice(1) : line).split(/\s+/).filter(Boolean)) {
    for (const name of expand(word, inverted)) {
      if (inverted === allow) names.delete(name)
      else names.add(name)
    }
  }
  return { allow, names }
}

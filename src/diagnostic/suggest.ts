/**
 * The known name closest to a misspelt one, or undefined when none is close: at most a third of its letters differ
 * (optimal string alignment distance, case ignored).
 */
export function suggest(misspelt: string, known: Iterable<string>): string | undefined {
  const wanted = misspelt.toLowerCase()
  let best: string | undefined
  let bestDistance = Math.max(1, Math.floor(wanted.length / 3)) + 1
  for (const name of known) {
    const distance = edits(wanted, name.toLowerCase(), bestDistance)
    if (distance < bestDistance) {
      bestDistance = distance
      best = name
    }
  }
  return best
}

/** `did you mean "x"?` for the closest known name, else the list of what is known when it is short. */
export function didYouMean(misspelt: string, known: Iterable<string>): string | undefined {
  const names = [...known]
  const near = suggest(misspelt, names)
  if (near !== undefined) return `did you mean "${near}"?`
  return names.length > 0 && names.length <= 12 ? `known: ${names.join(', ')}` : undefined
}

/** Edit distance with neighbour swaps; gives `limit` as soon as it cannot be less. */
function edits(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit || a.length > 200) return limit
  let before: number[] = []
  let above = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    let least = i
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      let cost = Math.min((above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (above[j - 1] ?? 0) + (same ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, (before[j - 2] ?? 0) + 1)
      row.push(cost)
      least = Math.min(least, cost)
    }
    if (least >= limit) return limit
    before = above
    above = row
  }
  return above[b.length] ?? limit
}

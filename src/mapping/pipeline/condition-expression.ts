/** `a and not (b or c)` over the names of conditions. */
export type ConditionExpression =
  | { readonly op: 'name'; readonly name: string }
  | { readonly op: 'not'; readonly of: ConditionExpression }
  | { readonly op: 'and' | 'or'; readonly of: readonly ConditionExpression[] }

const DEEPEST = 100

/** Reads an expression; gives what is wrong with it otherwise. */
export function parseConditionExpression(text: string): ConditionExpression | { readonly problem: string } {
  const tokens = text.match(/[A-Za-z0-9_-]+|[()]|\S/g) ?? []
  let at = 0
  let problem: string | undefined

  function fail(what: string): ConditionExpression {
    problem ??= what
    return { op: 'name', name: '' }
  }

  function several(op: 'and' | 'or', next: (depth: number) => ConditionExpression, depth: number): ConditionExpression {
    const first = next(depth)
    const of = [first]
    while (tokens[at] === op) {
      at++
      of.push(next(depth))
    }
    return of.length === 1 ? first : { op, of }
  }

  const or = (depth: number): ConditionExpression => several('or', and, depth)
  const and = (depth: number): ConditionExpression => several('and', one, depth)

  function one(depth: number): ConditionExpression {
    const token = tokens[at++]
    if (depth > DEEPEST) return fail('it nests too deep')
    if (token === undefined) return fail('a name is missing at its end')
    if (token === 'not') return { op: 'not', of: one(depth + 1) }
    if (token === '(') {
      const inner = or(depth + 1)
      if (tokens[at++] !== ')') return fail('a ")" is missing')
      return inner
    }
    if (!/^[A-Za-z0-9_-]+$/.test(token) || token === 'and' || token === 'or')
      return fail(`"${token}" is no name of a condition`)
    return { op: 'name', name: token }
  }

  const expression = or(0)
  if (problem === undefined && at < tokens.length) problem = `"${tokens[at] ?? ''}" follows without "and" or "or"`
  return problem === undefined ? expression : { problem }
}

/** The names in it. */
export function namesIn(of: ConditionExpression): readonly string[] {
  switch (of.op) {
    case 'name':
      return [of.name]
    case 'not':
      return namesIn(of.of)
    case 'and':
    case 'or':
      return of.of.flatMap(namesIn)
  }
}

export function holds(of: ConditionExpression, test: (name: string) => boolean): boolean {
  switch (of.op) {
    case 'name':
      return test(of.name)
    case 'not':
      return !holds(of.of, test)
    case 'and':
      return of.of.every((each) => holds(each, test))
    case 'or':
      return of.of.some((each) => holds(each, test))
  }
}

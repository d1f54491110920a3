import fc from 'fast-check'

/**
 * Conditions and pipelines over the documents of `data.ts`, right and wrong, as a person might write them.
 *
 * Left out is what the server rewrites into something else: tests for null and a lone null beside OR and CASE (it
 * concludes that a column is there or is not), patterns that any text has, and `TO_UPPER(x)` compared with small letters
 * (false even where x is null). `texts.ts` has them one by one.
 */

const quoted = (text: string): string => JSON.stringify(text)
const texts = fc.constantFrom('a', 'b', 'A', '', 'ab', 'paſſe', 'x', '5', 'zz', '😀x', '\ue000').map(quoted)
const patterns = fc.constantFrom('a*', '?', '??', '*s*', 'a?*', '*ſ*e').map(quoted)
const regexes = fc.constantFrom('[aA].*', '.', '[^a]+', '(a|b)+', '.*[sſ]{2}.*', 'zz?', '[a-c]{1,2}', '.+x').map(quoted)
const numbers = fc.constantFrom('0', '1', '2', '-1', '1.5', '0.5', '3', '9999999999')

const text: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('k', 'k', 'several', 'nested.name') },
  { weight: 2, arbitrary: texts },
  fc.constantFrom('TO_STRING(n)', 'TO_STRING(ip)', 'SUBSTRING(k, 2)', 'MV_MIN(several)', 'MV_CONCAT(several, "-")'),
  fc.constantFrom(
    'CONCAT(k, "x")',
    'COALESCE(k, "-")',
    'CASE(n > 1, k, "a")',
    'REPLACE(k, "[a-c]", "x")',
    'TO_STRING(at)',
  ),
)
const number: fc.Arbitrary<string> = fc.letrec<{ number: string }>((tie) => ({
  number: fc.oneof(
    { maxDepth: 2, depthSize: 'small' },
    fc.constantFrom('n', 'i', 'd', 'ns', 'n', 'i'),
    numbers,
    fc.constantFrom('LENGTH(k)', 'MV_COUNT(several)', 'TO_LONG(d)', 'TO_LONG(k)', 'MV_SUM(ns)', 'ABS(n)', 'ROUND(d)'),
    fc
      .tuple(tie('number'), fc.constantFrom('+', '-', '*', '/', '%'), tie('number'))
      .map(([a, operator, b]) => `(${a} ${operator} ${b})`),
  ),
})).number

const comparison = fc.constantFrom('==', '!=', '<', '<=', '>', '>=')
const test: fc.Arbitrary<string> = fc.oneof(
  fc.tuple(text, comparison, text).map((parts) => parts.join(' ')),
  fc.tuple(number, comparison, number).map((parts) => parts.join(' ')),
  fc.tuple(text, fc.constantFrom('LIKE', 'NOT LIKE'), patterns).map((parts) => parts.join(' ')),
  fc.tuple(text, fc.constantFrom('RLIKE', 'NOT RLIKE'), regexes).map((parts) => parts.join(' ')),
  fc.tuple(text, fc.array(texts, { minLength: 1, maxLength: 3 })).map(([of, list]) => `${of} IN (${list.join(', ')})`),
  fc
    .tuple(number, fc.array(numbers, { minLength: 1, maxLength: 3 }))
    .map(([of, list]) => `${of} NOT IN (${list.join(', ')})`),
  fc.constantFrom('b', 'b == true', 'CIDR_MATCH(ip, "10.0.0.0/8", "fe80::/10")', 'at > "2026-01-01"', 'ip == "::1"'),
  fc.constantFrom('STARTS_WITH(k, "a")', 'ENDS_WITH(k, "e")', 'at <= "2026-06-01T00:00:00Z"', 'ip < "10.9.0.0"'),
)

export const conditions: fc.Arbitrary<string> = fc.letrec<{ condition: string }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    test,
    fc.tuple(tie('condition'), fc.constantFrom('AND', 'OR'), tie('condition')).map((parts) => `(${parts.join(' ')})`),
    tie('condition').map((inner) => `NOT (${inner})`),
    tie('condition').map((inner) => `COALESCE(${inner}, false)`),
    fc.tuple(tie('condition'), test).map(([a, b]) => `CASE(${a}, ${b}, false)`),
  ),
})).condition

/** No constants: a measure of one does not look at its rows on the server, filters included. */
const measured = fc.constantFrom('n', 'i', 'd', 'ns', 'LENGTH(k)', 'n + i', 'i * 2', 'd / n', 'MV_COUNT(several)')
const measure = fc.oneof(
  fc.constantFrom('COUNT(*)', 'COUNT(several)', 'MIN(k)', 'MAX(at)', 'MAX(several)', 'MIN(ip)'),
  fc.constantFrom('VALUES(k)', 'VALUES(ns)', 'TOP(k, 2, "desc")', 'TOP(i, 3, "asc")', 'MAX(b)', 'VALUES(ip)'),
  measured.map((of) => `SUM(${of})`),
  measured.map((of) => `AVG(${of})`),
  measured.map((of) => `MAX(${of}) - MIN(${of})`),
)
const key = fc.constantFrom('k', 'several', 'b', 'n', 'u = TO_UPPER(k)', 'ns', 'ip', 'nested.name', 'n % 2')

/** One command; what it leaves decides how many rows go on, and which columns. */
const command: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: conditions.map((condition) => `WHERE ${condition}`) },
  { weight: 2, arbitrary: fc.oneof(text, number, conditions).map((of) => `EVAL x = ${of}`) },
  fc.constantFrom('MV_EXPAND several', 'MV_EXPAND ns', 'MV_EXPAND k'),
  fc.constantFrom('KEEP i, k, n, several', 'KEEP *', 'DROP d', 'DROP n*', 'RENAME k AS y', 'KEEP *e*, i, k'),
)
const stats = fc
  .record({
    of: measure,
    where: fc.option(conditions, { nil: undefined, freq: 2 }),
    by: fc.uniqueArray(key, { maxLength: 2 }),
  })
  .map(({ of, where, by }) => {
    const filter = where === undefined ? '' : ` WHERE ${where}`
    return `STATS x = ${of}${filter}${by.length === 0 ? '' : ` BY ${by.join(', ')}`}`
  })

export const pipelines: fc.Arbitrary<string> = fc
  .tuple(
    fc.array(command, { minLength: 1, maxLength: 3 }),
    fc.option(stats, { nil: undefined }),
    fc.option(fc.constantFrom('EVAL y = x', 'RENAME x AS z', 'MV_EXPAND x'), { nil: undefined, freq: 2 }),
  )
  .map(([commands, group, last]) =>
    ['FROM events', ...commands, ...(group === undefined ? [] : [group]), ...(last === undefined ? [] : [last])].join(
      '\n| ',
    ),
  )

import { describe, expect, test } from 'vitest'
import { rows, told, value } from './searched.ts'

describe('an expression', () => {
  const cases: readonly [string, unknown][] = [
    ['1+2*3', 7],
    ['(1+2)*3', 9],
    ['-2*3', -6],
    ['7%4', 3],
    ['7/2', 3.5],
    ['1/0', undefined],
    ['"a" . 1 . "b"', 'a1b'],
    ['"1"+2', 3],
    ['"a"+"b"', 'ab'],
    ['"a"+1', undefined],
    ['missing+1', undefined],
    ['missing . "x"', undefined],
    ['\'a.b\' . "!"', 'dotted!'],
    ['if(n=5, "y", "n")', 'y'],
    ['if("05"==5, "y", "n")', 'y'],
    ['if("A"=="a", "y", "n")', 'n'],
    ['if("10">"9", "y", "n")', 'y'],
    ['if("10a">"9a", "y", "n")', 'n'],
    ['if(missing=1, "y", "n")', 'n'],
    ['if(missing!=1, "y", "n")', 'n'],
    ['if(NOT missing=1, "y", "n")', 'n'],
    ['if(isnull(missing) AND n=5, "y", "n")', 'y'],
    // AND binds more than OR here.
    ['if(1=1 OR 1=2 AND 1=2, "y", "n")', 'y'],
    ['if(NOT 1=2 AND 1=1, "y", "n")', 'y'],
    ['if(1=1 XOR 1=1, "y", "n")', 'n'],
    ['if(1=1 and not 1=2, "y", "n")', 'y'],
    ['if(n IN (1, 5), "y", "n")', 'y'],
    ['if(n NOT IN (1, 5), "y", "n")', 'n'],
    ['if(text LIKE "a%c", "y", "n")', 'y'],
    ['if(tags="b", "y", "n")', 'y'],
    ['if(tags="z", "y", "n")', 'n'],
    ['.5+1e2', 100.5],
    ['"say \\"hi\\" c:\\\\x \\d"', 'say "hi" c:\\x \\d'],
  ]
  const fields = { n: 5, text: 'abc', 'a.b': 'dotted', tags: ['a', 'b'] }
  for (const [expression, expected] of cases)
    test(expression, () => expect(value(expression, fields)).toEqual(expected))
})

test('eval sets fields one after the other, null takes one away, braces name one', () =>
  expect(rows('* | eval a=1, b=a+1, c=null(), {d}="x", \'e f\'=b, "g h"=b', [{ c: 1, d: 'name' }])).toEqual([
    { a: 1, b: 2, d: 'name', name: 'x', 'e f': 2, 'g h': 2 },
  ]))

describe('types are looked at before anything runs', () => {
  const cases: readonly [string, string][] = [
    ['* | eval a=(b=1)', '1:12 spl/type a field cannot hold true or false (write if(…, 1, 0), or tostring(…))'],
    [
      '* | where a',
      '1:11 spl/type expected something that is true or false (compare it, as in x=="a", or ask isnotnull(x))',
    ],
    [
      '* | where if(a=1, "x", "y")',
      '1:11 spl/type expected something that is true or false (compare it, as in x=="a", or ask isnotnull(x))',
    ],
    [
      '* | eval a=if(b, 1, 0)',
      '1:15 spl/type expected something that is true or false (compare it, as in x=="a", or ask isnotnull(x))',
    ],
    ['* | eval a=len()', '1:12 spl/argument "len" takes 1 argument, not 0'],
    ['* | eval a=substr(b)', '1:12 spl/argument "substr" takes 2 to 3 arguments, not 1'],
    ['* | eval a=case(b=1, 2, 3)', '1:25 spl/argument "case" takes pairs of a condition and a value'],
    ['* | eval a=upcase(b)', '1:12 spl/unknown-function the function "upcase" is not known (did you mean "case"?)'],
    ['* | eval a=lowr(b)', '1:12 spl/unknown-function the function "lowr" is not known (did you mean "lower"?)'],
    [
      '* | eval a=random()',
      '1:12 spl/unsupported the function "random" is not run here: its result is another one at each run',
    ],
    [
      '* | where match(a, "x(?=y)")',
      '1:22 spl/regex a regular expression that is not run here: look-around (expressions run in linear time, without look-around and back-references; test the parts one by one)',
    ],
    ['* | eval a=b c', '1:14 spl/syntax expected the end of "eval", found "c"'],
    ['* | eval a{}=1, b=c{}', "1:19 spl/syntax the field c{} needs quotes here (write 'c{}')"],
    ['* | eval =1', '1:10 spl/syntax expected the name of a field, found "="'],
  ]
  for (const [text, expected] of cases) test(text, () => expect(told(text)).toEqual([expected]))

  test('conditions may come out of functions that choose', () =>
    expect(rows('* | where if(a=1, b=1, b=2)', [{ a: 1, b: 1 }])).toHaveLength(1))

  test('and nesting has an end', () =>
    expect(told(`* | eval a=${'('.repeat(150)}1`)).toEqual([
      '1:112 spl/too-deep an expression nested more than 100 levels deep',
    ]))
})

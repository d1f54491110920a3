import type { EqlFunction } from './function.ts'
import { cidrMatch } from './network.ts'
import { textFunctions } from './text.ts'

/** By their names in lower case. Those of arithmetic are operators. */
export const functions: ReadonlyMap<string, EqlFunction> = new Map(
  [...textFunctions, cidrMatch].map((one) => [one.name.toLowerCase(), one]),
)

/** Functions of other EQLs, and what to write instead. */
export const OTHER_FUNCTIONS: ReadonlyMap<string, string> = new Map([
  ['wildcard', 'write field : ("a*", "b*"), or like where case counts'],
  ['match', 'write field regex "…", or regex~ where case does not count'],
  ['matchlite', 'write field regex "…", or regex~ where case does not count'],
  ['arraycontains', 'write field == value: it is true when any value of the field is that'],
  ['arraysearch', 'write the condition on the field: it is true when it is of any value'],
  ['arraycount', 'Elasticsearch cannot count the values of a field in EQL'],
  ['safe', 'leave it out: a missing field makes no test fail'],
])

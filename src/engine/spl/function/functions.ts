import { conditionFunctions } from './condition.ts'
import { hashFunctions } from './hash.ts'
import { jsonFunctions } from './json.ts'
import { numberFunctions } from './number.ts'
import { severalFunctions } from './several.ts'
import type { EvalFunctions } from './spec.ts'
import { textFunctions } from './text.ts'
import { timeFunctions } from './time.ts'

/** The functions of `eval`, by name. */
export const evalFunctions: EvalFunctions = {
  ...conditionFunctions,
  ...hashFunctions,
  ...jsonFunctions,
  ...numberFunctions,
  ...severalFunctions,
  ...textFunctions,
  ...timeFunctions,
}

/** Functions that Splunk has and that are not run here, with the reason. */
export const UNRUN_FUNCTIONS: Readonly<Record<string, string>> = {
  random: 'its result is another one at each run',
  lookup: 'write it as the command "lookup"',
  commands: 'it is of use for audit logs only',
  cluster: 'its score is not documented',
  getfields: 'it is not documented',
  mvstats: 'it is part of an app',
  spath: 'write it as the command "spath", or json_extract()',
}

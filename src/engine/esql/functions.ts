import type { FunctionSpec } from './function-spec.ts'
import { addressFunctions } from './function/address.ts'
import { choiceFunctions } from './function/choice.ts'
import { conversionFunctions } from './function/conversion.ts'
import { multiValueFunctions } from './function/multi-value.ts'
import { numberFunctions } from './function/number.ts'
import { textFunctions } from './function/text.ts'
import { timeFunctions } from './function/time.ts'

/** Every function of single rows that is run here, by its name in small letters. */
export const functions: ReadonlyMap<string, FunctionSpec> = new Map(
  Object.entries({
    ...addressFunctions,
    ...choiceFunctions,
    ...conversionFunctions,
    ...multiValueFunctions,
    ...numberFunctions,
    ...textFunctions,
    ...timeFunctions,
  }),
)

import { convert } from '../conversion.ts'
import type { DataType } from '../data-type.ts'
import { checked, type FunctionSpec } from '../function-spec.ts'

function to(type: DataType): FunctionSpec {
  return {
    least: 1,
    most: 1,
    bind(call) {
      const [of] = checked(call, ['any'])
      if (!of) throw new Error('the number of arguments was checked')
      return { ...convert(of, type, call.failures, call.span), span: call.span }
    },
  }
}

export const conversionFunctions: Readonly<Record<string, FunctionSpec>> = {
  to_string: to('keyword'),
  to_str: to('keyword'),
  to_long: to('long'),
  to_integer: to('integer'),
  to_int: to('integer'),
  to_double: to('double'),
  to_dbl: to('double'),
  to_boolean: to('boolean'),
  to_bool: to('boolean'),
  to_datetime: to('datetime'),
  to_dt: to('datetime'),
  to_ip: to('ip'),
  to_version: to('version'),
  to_ver: to('version'),
}

import { existsSync } from 'node:fs'
import path from 'node:path'
import { error, type Diagnostic } from '../diagnostic/diagnostic.ts'
import type { EventRecord } from '../event/record.ts'
import { ruleNamed } from '../govern/exception/check.ts'
import type { Exception, ExceptionTest } from '../govern/exception/exception.ts'
import { tryException } from '../govern/exception/try.ts'
import { EventFile } from './events.ts'
import type { MappedRules } from './packs.ts'

/** The two tests of each exception, run. A recording that is not there is a `govern/no-recording`. */
export function tryExceptions(exceptions: readonly Exception[], { program }: MappedRules): readonly Diagnostic[] {
  const rules = [...program.rules.values()]
  return exceptions.flatMap((exception) => {
    const rule = ruleNamed(exception.rule, rules)
    const { fires, silent } = exception.tests
    const [attack, benign] = [eventsOf(fires), eventsOf(silent)]
    if (rule === undefined || !Array.isArray(attack) || !Array.isArray(benign))
      return [attack, benign].flatMap((each) => ('code' in each ? [each] : []))
    return tryException(exception, program, rule.id, attack, benign)
  })
}

function eventsOf({ events, span }: ExceptionTest): readonly EventRecord[] | Diagnostic {
  const file = path.join(path.dirname(span.source.name), events)
  if (existsSync(file)) return [...new EventFile(file).records()]
  return error('govern/no-recording', `there is no recording "${file}"`, span)
}

import type { Rule } from '../ir/rule.ts'
import { compileChains } from './compile-chain.ts'
import { compileGrant } from './compile-grant.ts'
import { compileNotGranted } from './not-granted.ts'
import type { Surroundings } from './surroundings.ts'
import type { Task } from './task.ts'

/**
 * A task as rules: each condition of each grant, each step of its chains that has to follow another, and what needs a
 * grant and has none. What serves a rule comes before it. The rules are like any others: every engine and backend takes
 * or refuses them, and an alert of one points to the words of the task file that were broken.
 *
 * @param task with what it inherits (`inheritTasks`) and nothing in it that is not there (`checkTaskReferences`)
 */
export function compileTask(task: Task, around: Surroundings): Rule[] {
  return [
    ...task.grants.flatMap((grant) => compileGrant(grant, task, around)),
    ...compileChains(task, around),
    ...compileNotGranted(task, around),
  ]
}

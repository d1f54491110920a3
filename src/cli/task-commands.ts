import type { Command } from 'commander'
import { format, TASK_NAMES, type Run } from './command-option.ts'
import { DRAFT_FORMATS, SHEET_FORMATS } from './commands/task/format.ts'

/** What `detpack task` does: draft, and show for a review. */
export function taskCommands(program: Command, run: Run): void {
  const task = program.command('task').summary('what agents and services were asked to do')
  task
    .command('import')
    .addArgument(Object.assign(task.createArgument('<format>', 'what it is'), { argChoices: [...DRAFT_FORMATS] }))
    .argument('<file>', 'a tool list (JSON), SKILL.md, settings.json, a unit file, or a list of paths')
    .summary('a first draft of a task from what there is already; what that does not know stands under todo')
    .option('--name <name>', 'of the task; without it that of the file, or of the skill')
    .option('-o, --output <file>', 'write there instead of standard output')
    .action(run(async () => (await import('./commands/task/import.ts')).importTask))
  task
    .command('show')
    .addArgument(Object.assign(task.createArgument('[name...]', 'tasks; without any, all of the pack'), TASK_NAMES))
    .summary('what a task may do, what of it would be told, and what is let be: for its review')
    .addOption(format(SHEET_FORMATS))
    .addHelpText(
      'after',
      '\nEach answer is asked of the compiled rules: a use of each capability on each class of objects and each host is run' +
        '\nby the stream engine. Only clauses of the task itself are meant; other rules, and its baseline, may tell more.',
    )
    .action(run(async () => (await import('./commands/task/show.ts')).showTasks))
}

import type { Command } from 'commander'
import { format, gather, learned, threads, type Run } from './command-option.ts'

/** What `detpack baseline` does: learn, review, and take back. */
export function baselineCommands(program: Command, run: Run): void {
  const baseline = program
    .command('baseline')
    .summary('what tasks and services usually do: learned from events, for people to review')
  baseline
    .command('learn')
    .summary('count what each task, service and the fleet do in events; nothing is taken for normal by it')
    .requiredOption('--events <file>', 'events as NDJSON, or - for standard input; more than once', gather)
    .option('--add', 'to what was learned before; give each event once')
    .option('--resources <file>', 'classes of paths; without it, those of the pack')
    .option('--time-field <name>', 'where the time of an event is (without it: @timestamp, else timestamp)')
    .addOption(threads())
    .option('-o, --output <file>', 'where it goes (default: .detpack/learned.json)')
    .action(run(async () => (await import('./commands/baseline/learn.ts')).learn))
  baseline
    .command('merge')
    .argument('<file...>', 'what was learned on several hosts')
    .summary('put together what was learned in several places; the order does not matter')
    .option('-o, --output <file>', 'where it goes (default: .detpack/learned.json)')
    .action(run(async () => (await import('./commands/baseline/learn.ts')).merge))
  baseline
    .command('show')
    .argument('[subject]', 'a task, a unit, "undeclared" or "fleet"; without it, all in a line each')
    .summary('what was learned, with counts of runs')
    .addOption(learned())
    .option('--most <count>', 'at most so many of each kind', '20')
    .addOption(format(['text', 'json']))
    .action(run(async () => (await import('./commands/baseline/show.ts')).show))

  baseline
    .command('propose')
    .argument('<subject>', 'a task, a unit, or "undeclared"')
    .summary('write what was learned of a task or service as a baseline, for somebody else to approve')
    .addOption(learned())
    .option('--events <file>', 'list the alerts that it would silence on these events; more than once', gather)
    .option('--seen-in <count>', 'what was seen in fewer runs is left out', '2')
    .option('--as <name>', 'who proposes it (default: the user of git, else of the system)')
    .option('--owner <role>', 'who answers for it (default: the owner of the task)')
    .option('-o, --output <file>', 'where it goes (default: rules/baselines/proposals/NAME.behaviour.yml)')
    .option('--dry-run', 'only print it')
    .action(run(async () => (await import('./commands/baseline/propose.ts')).propose))
  baseline
    .command('diff')
    .argument('<subject>', 'a task, a unit, "undeclared", or a proposal as a file')
    .summary('what a proposal would change, and how far all approvals have gone from the first one')
    .action(run(async () => (await import('./commands/baseline/diff.ts')).diffBaseline))
  baseline
    .command('approve')
    .argument('<file>', 'a proposal')
    .summary('make a proposal the baseline of its task or service, until it ends')
    .requiredOption('--why <reason>', 'why it is normal')
    .option('--as <name>', 'who approves it: not who proposed it (default: the user of git, else of the system)')
    .option('--for <time>', 'how long it holds, a year at most', '90d')
    .action(run(async () => (await import('./commands/baseline/approve.ts')).approveBaseline))
  baseline
    .command('expire')
    .argument('<subject>', 'a task, a unit, or "undeclared"')
    .summary('end the approval of a baseline now: what it let out is let out no longer')
    .requiredOption('--why <reason>', 'why it is not normal any more')
    .option('--as <name>', 'who says so (default: the user of git, else of the system)')
    .action(run(async () => (await import('./commands/baseline/undo.ts')).expire))
  baseline
    .command('undo')
    .argument('<subject>', 'a task, a unit, or "undeclared"')
    .summary('put back the baseline that was approved before the last one')
    .action(run(async () => (await import('./commands/baseline/undo.ts')).undo))
}

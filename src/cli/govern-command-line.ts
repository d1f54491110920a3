import { Option, type Command } from 'commander'
import { OUTCOMES } from '../govern/log/entry.ts'
import { VERDICTS } from '../govern/triage/verdict.ts'
import type { ExitCode } from './exit-code.ts'
import type { Shared } from './shared.ts'

/** What the commands here share with all others. */
export interface CommandParts {
  /** Binds a command to the module that runs it. */
  readonly run: <Input extends unknown[]>(
    load: () => Promise<(shared: Shared, ...input: Input) => Promise<ExitCode> | ExitCode>,
  ) => (...input: [...Input, Command]) => Promise<void>
  readonly format: (choices: readonly string[]) => Option
  readonly store: () => Option
  readonly gather: (value: string, before: readonly string[] | undefined) => readonly string[]
  /** How Elastic is reached, all of it or Elasticsearch alone. */
  readonly kibana: (command: Command) => Command
  readonly elastic: (command: Command) => Command
  /** How splunkd is reached. */
  readonly splunk: (command: Command) => Command
}

/** Reviews, triage and evidence: who looked at what, and what an auditor gets. */
export function addGovernCommands(program: Command, parts: CommandParts): void {
  addReview(program, parts)
  addTriage(program, parts)
  addFeedback(program, parts)
  addEvidence(program, parts)
  program
    .command('trace')
    .argument('<place>', 'a risk, task/grant, profile/CAP_…, a rule by name, id, title or file, or the id of an alert')
    .summary('walk the line: risk, allowed capability, rule, test, deployment, alert, verdict, decision')
    .addOption(parts.format(['text', 'json']))
    .action(parts.run(async () => (await import('./commands/trace.ts')).trace))
}

/** The key that signs. */
function key(): Option {
  return new Option('--key <file>', 'the ed25519 key that signs: PEM, or one of OpenSSH').env('DETPACK_SIGNING_KEY')
}

const PERIOD = '2026-Q4, 2026-11, 2026-W48, 2026-11-29 or 2026'

function addReview(program: Command, { run, format, gather }: CommandParts): void {
  const review = program.command('review').summary('look at what happened in a period, on record: signed, in a chain')
  review
    .command('start')
    .argument('<period>', PERIOD)
    .summary('list all alerts, changes, baselines and exceptions of a period, and draw a sample')
    .option('--sample <count>', 'so many of each kind', '25')
    .option('--seed <text>', 'what the sample is drawn with; without it the root of the log')
    .option('--due <time>', 'outcomes are late after this', '14d')
    .addOption(key())
    .action(run(async () => (await import('./commands/review/start.ts')).reviewStart))
  review
    .command('record')
    .argument('<period>', PERIOD)
    .argument('<item>', 'of the sample: kind:id, or the beginning of it')
    .summary('put on record what you found about an item; not one that you made')
    .addOption(new Option('--outcome <outcome>', 'what it was').choices(OUTCOMES).makeOptionMandatory())
    .option('--note <text>', 'what was found; needed unless all is in order')
    .option('--follow <ticket>', 'what follows from it')
    .addOption(key())
    .action(run(async () => (await import('./commands/review/record.ts')).reviewRecord))
  review
    .command('close')
    .argument('<period>', PERIOD)
    .summary('end a review of which every item has an outcome; prints the anchor of the log')
    .requiredOption('--conclusion <text>', 'what the review came to')
    .addOption(key())
    .action(run(async () => (await import('./commands/review/close.ts')).reviewClose))
  review
    .command('show')
    .argument('[period]', PERIOD)
    .summary('the reviews and whether the log is whole; of one period the items')
    .option('--anchor <line>', 'of an earlier state of the log, as it was kept elsewhere; more than once', gather)
    .addOption(format(['text', 'json']))
    .action(run(async () => (await import('./commands/review/show.ts')).reviewShow))
  review
    .command('propose')
    .argument('<file>', 'a file of the pack, such as an exception; "pack" for all its rules and tasks')
    .summary('sign a file as it is, for somebody else to approve')
    .addOption(key())
    .action(run(async () => (await import('./commands/review/approve.ts')).reviewPropose))
  review
    .command('approve')
    .argument('<file>', 'what was proposed: a file, or "pack"')
    .summary('sign what somebody else proposed')
    .addOption(key())
    .action(run(async () => (await import('./commands/review/approve.ts')).reviewApprove))
  review
    .command('signer')
    .argument('<name>', 'whose key it is')
    .summary('print the line of a key for reviews/allowed_signers')
    .addOption(key())
    .action(run(async () => (await import('./commands/review/show.ts')).reviewSigner))
}

function addTriage(program: Command, { run, format, store, kibana, splunk }: CommandParts): void {
  const triage = program.command('triage').summary('what analysts said of alerts, in one scale')
  splunk(kibana(triage.command('pull')))
    .summary('fetch alerts with their verdicts, and deployments, into the registers of the pack (reviews/)')
    .requiredOption('--from <target>', 'elastic, splunk, local, or the name of a target in detpack.yml')
    .option('--period <period>', `alerts that were raised in it: ${PERIOD}`)
    .option('--since <time>', 'without a period: the alerts of so long', '30d')
    .option(
      '--file <file>',
      'Splunk: the results of "| `notable`", or findings, as JSON, one a line, instead of asking splunkd',
    )
    .action(run(async () => (await import('./commands/triage/pull.ts')).triagePull))
  triage
    .command('show')
    .argument('[alert]', 'the beginning of its id')
    .summary('the alerts of the local store without a verdict')
    .option('--all', 'those with one too')
    .addOption(store())
    .addOption(format(['text', 'ndjson']))
    .action(run(async () => (await import('./commands/triage/show.ts')).triageShow))
  triage
    .command('set')
    .argument('<alert>', 'the beginning of its id')
    .summary('put a verdict on an alert of the local store; earlier ones stay')
    .addOption(new Option('--verdict <verdict>', 'what it was').choices(VERDICTS).makeOptionMandatory())
    .option('--by <name>', 'who says so (default: the user that runs this)')
    .option('--note <text>', 'why')
    .addOption(store())
    .action(run(async () => (await import('./commands/triage/set.ts')).triageSet))
}

function addFeedback(program: Command, { run, store }: CommandParts): void {
  const feedback = program.command('feedback').summary('what verdicts ask for')
  feedback
    .command('propose')
    .argument('<alert>', 'of the local store: the beginning of its id')
    .summary('draft a baseline or exception from a benign alert, a silent test from a false one; nothing is applied')
    .option('--by <name>', 'who proposes it (default: the user that runs this)')
    .option('-o, --output <folder>', 'where to (default: reviews/proposals/ALERT)')
    .option('--dry-run', 'only say which files would be written')
    .addOption(store())
    .action(run(async () => (await import('./commands/feedback.ts')).feedbackPropose))
}

function addEvidence(program: Command, { run, gather, elastic }: CommandParts): void {
  const evidence = program.command('evidence').summary('what an auditor gets: a report, tables, OSCAL, signed')
  evidence
    .command('build')
    .summary('write the evidence of a period: gaps first, then the line from risk to verdict, controls and registers')
    .requiredOption('--period <period>', PERIOD)
    .option('-o, --output <folder>', 'where to (default: evidence/PERIOD)')
    .option('--anchor <line>', 'of an earlier state of the review log; more than once', gather)
    .option('--force', 'put it in the place of what is there')
    .option('--strict', 'gaps fail the build, after it was written')
    .addOption(key())
    .action(run(async () => (await import('./commands/evidence/build.ts')).evidenceBuild))
  evidence
    .command('verify')
    .argument('<folder>', 'what "evidence build" wrote')
    .summary('check signatures, digests and the chain of the log, and count the figures again; needs nothing else')
    .option('--signers <file>', 'whose keys count (default: reviews/allowed_signers of the pack here)')
    .option(
      '--anchor <line>',
      'of an earlier state of the review log, as it was kept elsewhere; more than once',
      gather,
    )
    .action(run(async () => (await import('./commands/evidence/verify.ts')).evidenceVerify))
  elastic(evidence.command('coverage'))
    .argument('[events...]', "files of the sensor's events (NDJSON)")
    .summary('put on the register when hosts were watched, by files of events or by those in Elasticsearch')
    .option('--from <target>', 'elastic, or the name of such a target in detpack.yml: the events there')
    .option('--period <period>', `with --from: events of it: ${PERIOD}`)
    .option('--since <time>', 'with --from and without a period: the events of so long', '30d')
    .action(run(async () => (await import('./commands/evidence/coverage.ts')).evidenceCoverage))
  evidence
    .command('hosts')
    .argument('<results...>', 'what "check host --format json" printed, a file for each; - is standard input')
    .summary('put on the register what hosts were found to be')
    .action(run(async () => (await import('./commands/evidence/hosts.ts')).evidenceHosts))
}

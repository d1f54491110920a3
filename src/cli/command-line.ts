import { Command, Option } from 'commander'
import packageJson from '../../package.json' with { type: 'json' }
import type { ExitCode } from './exit-code.ts'
import type { CheckHostOptions } from './commands/check-host.ts'
import { IMPORT_FORMATS, SOURCES } from '../event/source-name.ts'
import { reason } from '../pack/system-reason.ts'
import { addGovernCommands } from './govern-command-line.ts'
import type { Shared } from './shared.ts'
import { baselineCommands } from './baseline-commands.ts'
import { format, gather, learned, threads, type Action, type Load } from './command-option.ts'
import { taskCommands } from './task-commands.ts'
import { Unusable } from './unusable.ts'

const PURPOSE =
  'Rules for chains of capability use: written in Sigma, proved on recorded events, compiled to native searches for ' +
  'Elastic and Splunk, and run on one machine.'

const EXIT_CODES = `
Exit codes: 0 yes · 1 the answer is no · 2 could not run · 3 the target refused or was not reached · 70 a bug

Options come from the flag, else the environment (DETPACK_…), else detpack.yml, else the default.`

/**
 * The whole command line. Commands are loaded when they run, so that a start costs only what it uses.
 *
 * @param finish is told the exit code of the command that ran
 */
export function commandLine(finish: (code: ExitCode) => void): Command {
  const program = new Command('detpack')
    .description(PURPOSE)
    .version(packageJson.version, '-V, --version')
    .addOption(
      new Option('--color <when>', 'colour on a terminal')
        .choices(['auto', 'always', 'never'])
        .default('auto')
        .env('DETPACK_COLOR'),
    )
    .addOption(new Option('-C, --directory <folder>', 'act as if started there').default('.').env('DETPACK_DIRECTORY'))
    .addHelpText('after', EXIT_CODES)
    .helpCommand('help [command]', 'help for a command')
    .showHelpAfterError('"detpack help" shows the commands, "detpack help <command>" the options of one')
    .exitOverride()

  /** Binds a command to the module that runs it. */
  function run<Input extends unknown[]>(load: Load<Input>): Action<Input> {
    return async (...input) => {
      const shared = program.opts<Shared>()
      startIn(shared.directory)
      const command = await load()
      finish(await command(shared, ...(input.slice(0, -1) as Input)))
    }
  }

  program
    .command('init')
    .argument('[folder]', 'where to start it', '.')
    .option('--dry-run', 'only say which files would be written')
    .summary('start a pack: a rule, its test and its recording')
    .action(run(async () => (await import('./commands/init.ts')).init))

  const checking = program
    .command('check')
    .argument('[path...]', 'rule files or folders; without any, those of the pack')
    .summary('find mistakes in rules and tasks, each with its place and a way out')
    .addOption(format(['text', 'json', 'sarif', 'github']))
    .option('--strict', 'warnings fail the check too, and rules that mean less with events of --source')
    .addOption(
      new Option(
        '--source <source>',
        'also say which rules can run on events of this source, and why others cannot',
      ).choices(SOURCES),
    )
    .option('--events <file...>', 'also name the grants of tasks that none of these events (NDJSON) uses')
    .addOption(mapping())
    .addOption(pipeline())
    .action(run(async () => (await import('./commands/check.ts')).check))
  const hostChecking = run(async () => (await import('./commands/check-host.ts')).checkHost)
  reach(checking.command('host'))
    .summary(
      'check this host: services, the sensor or audit, the clock, and that events get to the SIEM; changes nothing',
    )
    .option('--root <folder>', 'the root of an image: only what can be told of a host that does not run', '/')
    .option(
      '--sensor-events <file>',
      'where the sensor writes (default: ship.input, else /var/log/detpack/events.ndjson)',
    )
    .option('--input <input>', 'with --target: what the shipper reads, a file or unix:PATH (default: ship.input)')
    .option('--within <time>', 'with --target: how soon the event must be found', '60s')
    .addHelpText(
      'after',
      '\nWith --target one event is put into what the shipper reads, and looked for in the target. --format as for check;' +
        '\nwith --strict what cannot be told fails the check too.',
    )
    // The options that it shares with check are read by check, wherever they stand.
    .action((own: object, command: Command) => hostChecking({ ...checking.opts<CheckHostOptions>(), ...own }, command))

  program
    .command('compile')
    .argument('[path...]', 'rule files or folders; without any, those of the pack')
    .summary('write the native queries of rules')
    .addOption(
      new Option('-l, --language <language>', 'one language (without it: eql, esql, spl)').choices([
        'eql',
        'esql',
        'kql',
        'lucene',
        'spl',
      ]),
    )
    .addOption(
      new Option('-t, --target <target>', 'every language of a target')
        .choices(['elastic', 'splunk'])
        .conflicts('language'),
    )
    .option('--rule <name>', 'only the rule with this name, id or title')
    .option('-o, --output <folder>', 'a file for each query, or the app of Splunk, instead of standard output')
    .addOption(format(['text', 'json', 'conf', 'app']))
    .addOption(mapping())
    .addOption(pipeline())
    .action(run(async () => (await import('./commands/compile.ts')).compile))

  elastic(program.command('test'))
    .argument('[path...]', 'test files (*.test.yml) or folders; without any, those of the pack')
    .summary('run the rules on their recordings, and each compiled text beside them')
    .addOption(format(['text', 'json', 'junit']))
    .addOption(mapping())
    .addOption(pipeline())
    .option(
      '--live <target>',
      'also run ES|QL, KQL and Lucene on the Elasticsearch of this target, in indexes of its own',
    )
    .option('--since <time>', 'with --live: how often each rule would have alerted on the events there, such as 30d')
    .action(run(async () => (await import('./commands/test.ts')).test))

  program
    .command('import')
    .addArgument(Object.assign(program.createArgument('<format>', 'what it is'), { argChoices: [...IMPORT_FORMATS] }))
    .argument('<file>', 'the recording or log, or - for standard input')
    .summary('turn a recording, or the log of another sensor or of an agent, into events (NDJSON)')
    .option('-o, --output <file>', 'write there instead of standard output')
    .option('--task <name>', 'the task that the recording was made for')
    .option('--run <id>', 'the run of that task')
    .option('--bind <name=value>', 'what a parameter of the task was bound to; once for each', gather)
    .option('--agent <name>', 'the agent that ran it')
    .option('--host <name>', 'the host it was recorded on, where it does not say so itself')
    .option('--resources <file>', 'classes of paths; without it, those of the pack')
    .option('--tools <file...>', 'of the log of an agent: what its tools use, before what the pack says of tools')
    .option('--live', 'standard input goes on: write each event as it comes')
    .action(run(async () => (await import('./commands/import.ts')).importRecording))

  program
    .command('join')
    .argument('<calls>', 'what "detpack import mcp", "otel" or "jsonl" made of the log of an agent')
    .argument('<events>', 'what the sensor saw of the same run, as NDJSON; one of the two may be - for standard input')
    .summary('join what an agent says it did with what the sensor saw')
    .option('-o, --output <file>', 'write there instead of standard output')
    .option('--slack <duration>', 'how far a use may lie outside of its call', '1s')
    .option('--tools <file...>', 'what the agent does by itself, without a call ("own")')
    .option('--resources <file>', 'classes of paths; without it, those of the pack')
    .action(run(async () => (await import('./commands/join.ts')).join))

  program
    .command('eval')
    .summary('run rules on recorded events and print the alerts')
    .option('--rules <path...>', 'rule files or folders; without any, those of the pack, with its exceptions')
    .option('--no-exceptions', 'show what the exceptions of the pack leave out as well')
    .requiredOption('--events <file>', 'events as NDJSON, or - for standard input')
    .option('--time-field <name>', 'where the time of an event is (without it: @timestamp, else timestamp)')
    .addOption(mapping())
    .addOption(pipeline())
    .option('--now <time>', 'close the absence windows that end before this time (RFC 3339)')
    .addOption(
      new Option(
        '--engine <engine>',
        'what runs the rules: the correlator, or the text of a language as it is deployed',
      )
        .choices(['stream', 'eql', 'esql', 'spl'])
        .default('stream'),
    )
    .option('--keep', 'keep the alerts in the local store, for explain')
    .addOption(store())
    .addOption(learned())
    .option(
      '--prompt <file>',
      'what the task was asked in this run: what it names is expected where nothing was learned',
    )
    .addOption(threads())
    .addOption(format(['text', 'ndjson']))
    .action(run(async () => (await import('./commands/eval.ts')).evaluateEvents))

  program
    .command('query')
    .addArgument(program.createArgument('<language>', 'of the query').choices(['eql', 'esql', 'spl']))
    .argument('[text]', 'the query; or name its file with -f')
    .summary('run a native query on recorded events, without a server')
    .option('-f, --file <file>', 'the query in a file, or - for standard input')
    .requiredOption('--events <file>', 'events as NDJSON, or - for standard input')
    .option('--lookup <name=file>', 'a table that the query looks things up in: CSV or NDJSON; more than once', gather)
    .option('--macros <file>', 'SPL: a macros.conf with the macros of the query')
    .option('--now <time>', 'what the query means by "now" (RFC 3339); by default the time of this moment')
    .option('--time-field <name>', 'where the time of an event is (without it: @timestamp, else timestamp)')
    .option('--category-field <name>', 'EQL: where the category of an event is (default: event.category)')
    .option('--tiebreaker-field <name>', 'EQL: what orders events of one millisecond (default: their lines)')
    .option('--schema <file>', 'types of fields, YAML or JSON: keyword, long, double, ip, date, version, boolean')
    .option('--size <count>', 'at most so many results: of EQL the last ones, of rows the first')
    .addOption(new Option('--format <format>', 'how to print').choices(['ndjson', 'table']).default('ndjson'))
    .action(run(async () => (await import('./commands/query.ts')).query))

  elastic(scope(program.command('watch')))
    .argument('[events]', 'events as NDJSON, or - for standard input; without it and with a scope, the sensor')
    .summary('run rules on events as they come: alerts within a quarter of a second')
    .option('--rules <path...>', 'rule files or folders; without any, those of the pack, with its exceptions')
    .option('--no-exceptions', 'show what the exceptions of the pack leave out as well')
    .addOption(mapping())
    .addOption(pipeline())
    .option('--time-field <name>', 'where the time of an event is (without it: @timestamp, else timestamp)')
    .option('--held-back <time>', 'how long events of a stream without watermarks wait for late ones', '2s')
    .option('--resources <file>', 'classes of objects for the sensor; without it, those of the pack')
    .option('--control <path>', 'the socket on which "detpack run" asks for tasks')
    .option(
      '--state <file>',
      'remembers how a run ended, for the next to tell; "none": nowhere (default: below /var/lib/detpack)',
    )
    .option('--no-keep', 'do not keep the alerts in the local store')
    .addOption(store())
    .addOption(learned())
    .option(
      '--from <target>',
      'elastic: the events in its Elasticsearch, in place of a stream; local: the rules deployed there, as they change',
    )
    .option('--interval <time>', 'with --from: between two runs of a rule (1m)')
    .option('--delay <time>', 'with --from: how late an event may be found in the index (2m)')
    .option('--furthest <time>', 'with --from: how far back a rule goes on that was not run for long (1d)')
    .option('--parallel <count>', 'with --from: queries at once (4)')
    .option('--once', 'with --from: each rule once, then end')
    .option('--webhook <url>', 'hand alerts on: POST each as JSON (secret addresses: DETPACK_WEBHOOK)')
    .option('--syslog <address>', 'hand alerts on: udp://HOST:PORT, tcp://… or tls://…, as RFC 5424')
    .option('--command <word...>', 'hand alerts on: a program and its arguments, without a shell; JSON on its input')
    .addOption(format(['text', 'ndjson']))
    .addHelpText(
      'after',
      '\nAn alert is told at once. Where its data left the host within a minute after it, that is told then: as text under\n' +
        '"LATER", with the id of the alert, and in the local store, where the kept alert has it from then on. As NDJSON an\n' +
        'alert is one line.',
    )
    .action(run(async () => (await import('./commands/watch.ts')).watch))

  program
    .command('run')
    .argument('<command...>', 'what to start, after --')
    .requiredOption('--task <name>', 'the declared task that it is for')
    .option('--bind <name=value>', 'bind a parameter of the task: a path, an address, a text; once for each', gather)
    .option('--agent <name>', 'the agent that runs it')
    .option('--user <name>', 'the user it runs as; without it the one that asks')
    .option('--allow-root', 'let it run as root')
    .option('--control <path>', "the sensor's socket")
    .summary('start a command as a declared task, if the sensor grants it')
    .action(run(async () => (await import('./commands/run.ts')).runTask))

  taskCommands(program, run)

  const sensor = program.command('sensor').summary('report each use of a capability on this host')
  sensor
    .command('check')
    .summary('what this host can show, and what not and why')
    .addOption(format(['text', 'json']))
    .action(run(async () => (await import('./commands/sensor.ts')).checkSensor))
  scope(sensor.command('run'))
    .summary('write events to standard output, a file or a socket')
    .option('-o, --output <where>', 'stdout, file:PATH or unix:PATH')
    .option('--rotate-bytes <bytes>', 'a new file before the old one is longer')
    .option('--rotate-keep <count>', 'how many old files stay')
    .option('--watermarks', 'lines that say up to which time all is written')
    .option('--resources <file>', 'classes of objects; without it, those of the pack')
    .option('--redact <file>', 'further secrets in arguments')
    .option('--capture <file>', 'also keep the records as they came from the kernel')
    .option('--control <path>', 'the socket on which "detpack run" asks for tasks')
    .option(
      '--state <file>',
      'remembers how a run ended, for the next to tell; "none": nowhere (default: below /var/lib/detpack)',
    )
    .option('--ring-bytes <bytes>', 'room for what the kernel has not handed over yet')
    .option('--syscalls', 'every minute also which system calls are made in each cgroup, for "harden propose"')
    .action(run(async () => (await import('./commands/sensor.ts')).runSensor))
  sensor
    .command('tables')
    .argument('<folder>', 'where the tables are put, such as /etc/detpack')
    .summary('write the classes and tasks of the pack for a sensor that runs as a service')
    .option('--resources <file>', 'classes of objects; without it, those of the pack')
    .action(run(async () => (await import('./commands/sensor.ts')).writeSensorTables))

  const harden = program.command('harden').summary('what services may do: judged by their units')
  harden
    .command('check')
    .argument('[unit...]', 'units by name, or unit files; without any, every service below the root')
    .summary('compare units with their profiles, and say what to write; needs no systemd')
    .option('--root <folder>', 'where units are looked for: a mounted image, say', '/')
    .option('--profile <id>', 'for units that no profile names')
    .addOption(format(['text', 'json', 'sarif', 'github']))
    .option('--strict', 'warnings fail the check too')
    .action(run(async () => (await import('./commands/harden/check.ts')).hardenCheck))
  harden
    .command('propose')
    .argument('<unit>', 'a unit by name, or its file')
    .summary('the least that a unit needs, from what the sensor saw of it; for somebody else to approve')
    .requiredOption('--events <file>', "the sensor's events as NDJSON; more than once for more hosts", gather)
    .option('--everything', "every event is the unit's: a recording that knows no units")
    .option('--root <folder>', 'where the unit is looked for', '/')
    .option('--system-calls <file>', 'a recording of strace -f; without any the filter is that of the profile', gather)
    .option(
      '--without <phase>',
      'what the service never does, so that the window need not hold it: start, reload, rotation',
      gather,
    )
    .option('--by <name>', 'who proposes it (default: the user that runs this)')
    .option('--owner <role>', 'who answers for the service (default: that of its profile)')
    .option('--review-every <time>', 'how often somebody looks at it again', '180d')
    .option('-o, --output <file>', 'where the proposal goes (default: rules/baselines/proposals/UNIT.yml)')
    .option('--dry-run', 'only print the drop-in')
    .action(run(async () => (await import('./commands/harden/propose.ts')).hardenPropose))
  harden
    .command('approve')
    .argument('<file>', 'a proposal')
    .summary('make a proposal the baseline of its unit, until it ends')
    .requiredOption('--by <name>', 'who approves it: not who proposed it')
    .option('--for <time>', 'how long it holds, a year at most', '180d')
    .option('-o, --output <file>', 'where the baseline goes (default: rules/baselines/units/UNIT.yml)')
    .action(run(async () => (await import('./commands/harden/approve.ts')).hardenApprove))
  harden
    .command('watch')
    .argument('[events]', "the sensor's events as NDJSON, or - for standard input; without it, units only")
    .summary('write an event when a service goes beyond its baseline, or its unit is changed')
    .option('--root <folder>', 'where units are looked for', '/')
    .option('--every <time>', 'how often units are looked at', '60s')
    .option('--state <file>', 'remembers units, so that changes are told that were made in between')
    .option('--once', 'look at the units once, and end with the events')
    .action(run(async () => (await import('./commands/harden/watch.ts')).hardenWatch))

  addGovernCommands(program, { run, format, store, gather, kibana, elastic, splunk })
  baselineCommands(program, run)

  program
    .command('explain')
    .argument('<rule>', "a rule's name, id, title or file, or an alert's id")
    .argument('[event]', 'an event as FILE:LINE: which parts of the rule it meets')
    .summary('say in words what a rule means, or what happened in an alert')
    .addOption(mapping())
    .addOption(pipeline())
    .addOption(store())
    .addOption(learned())
    .action(run(async () => (await import('./commands/explain.ts')).explain))

  const deploying = planning(reach(program.command('deploy')))
    .summary('show what would change in a target, then change exactly that')
    .option('--plan <file>', 'do a plan that was kept with --out; nothing when the target has changed since')
    .addOption(format(['text', 'json']))
    .action(run(async () => (await import('./commands/deploy.ts')).deploy))
    .addOption(new Option('--atomic', 'take everything back when something fails'))
    .option('--dry-run', 'only show the plan')
    .option(
      '--preview [time]',
      'also show what Kibana finds with its rules in the time up to now (24h); change nothing',
    )
    .option('--out <file>', 'keep the plan in a file, to be done later with --plan')
    .option('-y, --yes', 'do not ask; needed where nobody can be asked')

  const backfilling = run(async () => (await import('./commands/backfill.ts')).backfill)
  deploying
    .command('backfill')
    .summary('run rules again over events that came late; what is an alert already is none again')
    .option('--from <time>', 'from this event time on (RFC 3339)')
    .option('--to <time>', 'up to this one')
    .option('--late', 'over what shippers say came late in the last day')
    .addHelpText('after', '\nThe target and the way to it, --only and --dry-run: as for deploy.')
    // The options that it shares with deploy are read by deploy, wherever they stand.
    .action((own: object, command: Command) => backfilling({ ...deploying.opts<object>(), ...own }, command))

  const keyMaking = run(async () => (await import('./commands/shipper-key.ts')).shipperKey)
  deploying
    .command('shipper-key')
    .summary('make an Elasticsearch API key that can ship events and nothing else; of Splunk, say what to set up')
    .option('--to-file <file>', 'where the key goes, readable by its owner only')
    .option('--expires <time>', 'how long it holds, such as 90d; without it, until it is revoked')
    .addHelpText('after', '\nThe target and the way to it: as for deploy. The key itself is never printed.')
    .action((own: object, command: Command) => keyMaking({ ...deploying.opts<object>(), ...own }, command))

  reach(program.command('status'), true)
    .summary('each rule in a target: version, drift, last run, errors, alerts of the last day, telemetry')
    .addOption(format(['text', 'json']))
    .action(run(async () => (await import('./commands/status.ts')).status))

  planning(reach(program.command('diff'), true))
    .summary('what differs between the pack and a target: last written, as it is, as wanted')
    .addOption(format(['text', 'json']))
    .action(run(async () => (await import('./commands/diff.ts')).diff))

  reach(program.command('rollback'), true)
    .argument('[receipt]', 'the deployment to take back; without it the last')
    .summary('put back what a deployment changed, as it was')
    .option('--list', 'show the receipts')
    .option('--force', 'also what has changed since')
    .option('--dry-run', 'only show the plan')
    .option('--out <file>', 'keep the plan in a file, to be done later with deploy --plan')
    .option('--atomic', 'take everything back when something fails')
    .option('-y, --yes', 'do not ask; needed where nobody can be asked')
    .addOption(format(['text', 'json']))
    .action(run(async () => (await import('./commands/rollback.ts')).rollback))

  reach(program.command('destroy'), true)
    .summary('take all that this pack put into a target out of it; events, alerts and receipts stay')
    .option('--confirm <name>', 'the name of the target, where nobody can be asked')
    .option('--dry-run', 'only show the plan')
    .option('--out <file>', 'keep the plan in a file, to be done later with deploy --plan')
    .addOption(format(['text', 'json']))
    .action(run(async () => (await import('./commands/destroy.ts')).destroy))

  tls(program.command('ship'))
    .argument(
      '[input]',
      'a file, unix:PATH to listen on, or - for standard input; without it, that of detpack.yml, or -',
    )
    .summary('send events to a SIEM, each until it is there; what finds no room is counted and told')
    .addOption(new Option('-t, --target <target>', 'where to').choices(['elastic', 'splunk']).makeOptionMandatory())
    .addOption(new Option('--spool <folder>', 'where events are kept until they are delivered').env('DETPACK_SPOOL'))
    .option('--all', 'send every event, also what no rule of the pack can use')
    .option('--rules <path...>', 'the rules that are deployed; without any, those of the pack')
    .addOption(mapping())
    .option('--once', 'end when the input has ended and all is delivered, or cannot be')
    .option('--dry-run', 'ask the target whether it would take events, and say how many would be sent')
    .addOption(new Option('--elasticsearch <url>', 'its address').env('DETPACK_ELASTICSEARCH'))
    .option('--data-stream <name>', 'where to write in Elasticsearch')
    .addOption(new Option('--collector <url>', "the address of Splunk's HTTP Event Collector").env('DETPACK_COLLECTOR'))
    .option('--index <name>', 'where to write in Splunk; without it, what the token says')
    .option('--require-ack', 'take no token without indexer acknowledgement')
    .option('--secret-stdin', 'read the API key or token from standard input')
    .option('--rare <size>', 'room for rare events in the spool (64MB)')
    .option('--bulk <size>', 'room for common events in the spool (256MB)')
    .option('--retention <time>', 'events and dead letters are kept so long at most (7d)')
    .option('--batch <size>', 'most bytes of events in one request', '1MB')
    .option('--flush <time>', 'longest wait for a request to fill', '1s')
    .option(
      '--retry <time>',
      'the first pause before a target that failed is tried again; it grows to a minute',
      '500ms',
    )
    .option('--late <time>', 'events delivered later than this are told, so that rules can be run again', '2m')
    .option('--metrics <where>', 'metrics for Prometheus, in file:PATH or on unix:PATH (GET /metrics)')
    .option('--every <time>', 'how often a line says how it goes', '60s')
    .addHelpText(
      'after',
      '\nSecrets: DETPACK_ELASTIC_API_KEY, or DETPACK_ELASTIC_USERNAME and DETPACK_ELASTIC_PASSWORD; DETPACK_HEC_TOKEN;' +
        '\nDETPACK_PROXY for a proxy with a password. Each but the user name also from a file named by the variable with _FILE.' +
        '\nSIGHUP reads rules, secrets and detpack.yml anew, all or nothing; SIGTERM sends what is there, then ends.',
    )
    .action(run(async () => (await import('./commands/ship.ts')).ship))

  program
    .command('list')
    .addArgument(
      program
        .createArgument('[what]', 'what to list')
        .choices(['rules', 'tasks', 'backends', 'mappings', 'sources', 'fields'])
        .default('rules'),
    )
    .summary('the rules of the pack, or what detpack knows')
    .addOption(format(['text', 'json']))
    .addOption(mapping())
    .addOption(pipeline())
    .action(run(async () => (await import('./commands/list.ts')).list))

  program
    .command('completion')
    .addArgument(program.createArgument('<shell>', 'for which shell').choices(['bash', 'zsh', 'fish']))
    .summary('print a completion script for a shell')
    .action(
      run(async () => {
        const { completion } = await import('./commands/completion.ts')
        return (_shared: Shared, shell: 'bash' | 'zsh' | 'fish') => completion(program, shell)
      }),
    )

  return program
}

function startIn(folder: string): void {
  try {
    if (folder !== '.') process.chdir(folder)
  } catch (problem) {
    throw new Unusable(`cannot start in "${folder}": ${reason(problem)}`)
  }
}

/** What is to be planned. */
function planning(command: Command): Command {
  return command
    .option('--only <name>', 'only this rule or object: id, name, title or kind; more than once', gather)
    .option('--prune', 'delete what this pack deployed and no longer holds')
    .option('--overwrite <field>', 'set this field again though it was tuned by hand; more than once', gather)
    .option('--adopt <id>', 'take over an object that detpack did not make; more than once', gather)
}

/** Which target, and how it is reached. */
function reach(command: Command, always = false): Command {
  const target = new Option('-t, --target <name>', 'elastic, splunk, local, or the name of a target in detpack.yml')
  return splunk(kibana(command).addOption(always ? target.makeOptionMandatory() : target))
}

/** How splunkd is reached. */
function splunk(command: Command): Command {
  return command
    .addOption(new Option('--splunkd <url>', 'the management port of Splunk').env('DETPACK_SPLUNKD'))
    .addOption(new Option('--app <id>', 'the Splunk app').env('DETPACK_SPLUNK_APP'))
    .addHelpText(
      'after',
      'Splunk: DETPACK_SPLUNK_TOKEN, DETPACK_SPLUNK_SESSION_KEY, or DETPACK_SPLUNK_USERNAME and DETPACK_SPLUNK_PASSWORD.',
    )
}

/** How Elastic is reached, the local store, and what rules go through. */
function kibana(command: Command): Command {
  return elastic(command)
    .addOption(mapping())
    .addOption(pipeline())
    .addOption(store())
    .addOption(new Option('--kibana <url>', 'its address').env('DETPACK_KIBANA'))
    .addOption(new Option('--space <id>', 'the Kibana space').env('DETPACK_KIBANA_SPACE'))
}

/** How Elasticsearch is reached. */
function elastic(command: Command): Command {
  return tls(command)
    .addOption(new Option('--elasticsearch <url>', 'the address of Elasticsearch').env('DETPACK_ELASTICSEARCH'))
    .option('--insecure', 'take any certificate')
    .option('--secret-stdin', 'read the API key or token from standard input')
    .addHelpText(
      'after',
      '\nSecrets: DETPACK_ELASTIC_API_KEY, DETPACK_ELASTIC_TOKEN, or DETPACK_ELASTIC_USERNAME and DETPACK_ELASTIC_PASSWORD;' +
        '\nDETPACK_PROXY for a proxy with a password. Each but the user name also from a file named by the variable with _FILE.',
    )
}

/** What a connection to any server is made with. */
function tls(command: Command): Command {
  return command
    .option('--ca-file <file>', "certificates to trust instead of the system's (PEM)")
    .option('--certificate <file>', 'the client certificate (PEM)')
    .option('--certificate-key <file>', 'its key (PEM)')
    .option('--proxy <url>', 'an http proxy on the way')
    .option('--insecure-http', 'plain http to an address that is not this machine')
}

/** What the sensor is to watch; each may be given more than once. */
function scope(command: Command): Command {
  return command
    .option('--all', 'the sensor: every process of this host')
    .option('--tree <pid>', 'the sensor: a process and all below it', gather)
    .option('--cgroup <path>', 'the sensor: what runs in a cgroup and below it', gather)
    .option('--unit <name>', 'the sensor: a systemd unit', gather)
    .option('--tasks', 'the sensor: what "detpack run" started')
}

function mapping(): Option {
  return new Option('--mapping <name>', "how the rules' fields and log sources map to events (see list mappings)").env(
    'DETPACK_MAPPING',
  )
}

/** May be given more than once. */
function pipeline(): Option {
  return new Option(
    '--pipeline <file>',
    "a processing pipeline (pySigma's YAML) that rules go through first",
  ).argParser(gather)
}

function store(): Option {
  return new Option('--store <file>', 'the local store').env('DETPACK_STORE')
}

import type { Command } from 'commander'
import { ExitCode } from '../exit-code.ts'
import { produce } from '../terminal.ts'

type Shell = 'bash' | 'zsh' | 'fish'

/** A completion script, made from the command line itself: commands, options, and the values an option takes. */
export async function completion(program: Command, shell: Shell): Promise<ExitCode> {
  await produce(script(program, shell))
  return ExitCode.ok
}

function script(program: Command, shell: Shell): string {
  switch (shell) {
    case 'bash':
      return bash(program)
    case 'zsh':
      return `#compdef detpack\nautoload -U +X bashcompinit && bashcompinit\n${bash(program)}`
    case 'fish':
      return fish(program)
  }
}

/** Prints the names of the tasks of the pack. They are letters, digits and "._-", so a shell may split them. */
const TASKS = `detpack list tasks 2>/dev/null | awk 'NR > 1 { print $1 }'`

function bash(program: Command): string {
  const cases = program.commands.flatMap((command) => [
    ...command.commands.map((below) => bashCase(below, `"${command.name()} ${below.name()}"`)),
    bashCase(command, `"${command.name()} "*`),
  ])
  return `# detpack completion bash > /etc/bash_completion.d/detpack, or: source <(detpack completion bash)
_detpack() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]} words= command= below= word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) ;; *) if [ -z "$command" ]; then command=$word; else below=$word; break; fi ;; esac
  done
  case "$command $below" in
${cases.join('\n')}
    *) words="${[...program.commands.map((command) => command.name()), ...optionNames(program)].join(' ')}" ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _detpack detpack
`
}

function bashCase(command: Command, key: string): string {
  const names = command.commands.map((below) => below.name())
  const words = [...names, ...optionNames(command), ...argumentChoices(command)].join(' ')
  const tasks = takesTasks(command) ? ` $(${TASKS})` : ''
  const values = command.options
    .filter((option) => option.argChoices)
    .map(
      (option) =>
        `        ${[option.short, option.long].filter(Boolean).join('|')}) words="${option.argChoices?.join(' ') ?? ''}" ;;`,
    )
  const byOption = values.length > 0 ? `\n      case "$previous" in\n${values.join('\n')}\n      esac` : ''
  return `    ${key})\n      words="${words}${tasks}"${byOption}\n      ;;`
}

function fish(program: Command): string {
  const lines = ['# detpack completion fish > ~/.config/fish/completions/detpack.fish']
  for (const command of program.commands) {
    lines.push(`complete -c detpack -n __fish_use_subcommand -a ${command.name()} -d ${quote(command.summary())}`)
    const seen = `__fish_seen_subcommand_from ${command.name()}`
    lines.push(...fishLines(command, seen))
    for (const below of command.commands) {
      lines.push(`complete -c detpack -n '${seen}' -a ${below.name()} -d ${quote(below.summary())}`)
      lines.push(...fishLines(below, `${seen}; and __fish_seen_subcommand_from ${below.name()}`))
    }
  }
  return `${lines.join('\n')}\n`
}

function fishLines(command: Command, seen: string): string[] {
  const options = command.options.map((option) => {
    const names = [option.short && `-s ${option.short.slice(1)}`, option.long && `-l ${option.long.slice(2)}`]
    const values = option.argChoices ? ` -xa ${quote(option.argChoices.join(' '))}` : ''
    return `complete -c detpack -n '${seen}' ${names.filter(Boolean).join(' ')} -d ${quote(option.description)}${values}`
  })
  const choices = argumentChoices(command)
  return [
    ...options,
    ...(choices.length > 0 ? [`complete -c detpack -n '${seen}' -xa ${quote(choices.join(' '))}`] : []),
    ...(takesTasks(command) ? [`complete -c detpack -n '${seen}' -xa ${quote(`(${TASKS})`)}`] : []),
  ]
}

function takesTasks(command: Command): boolean {
  return command.registeredArguments.some((argument) => 'completes' in argument && argument.completes === 'tasks')
}

function optionNames(command: Command): string[] {
  return command.options.flatMap((option) => (option.long ? [option.long] : []))
}

function argumentChoices(command: Command): readonly string[] {
  return command.registeredArguments.flatMap((argument) => argument.argChoices ?? [])
}

function quote(text: string): string {
  return `'${text.replace(/'/g, "\\'")}'`
}

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

function bash(program: Command): string {
  const cases = program.commands.map((command) => {
    const words = [...optionNames(command), ...argumentChoices(command)].join(' ')
    const values = command.options
      .filter((option) => option.argChoices)
      .map(
        (option) =>
          `        ${[option.short, option.long].filter(Boolean).join('|')}) words="${option.argChoices?.join(' ') ?? ''}" ;;`,
      )
    const byOption = values.length > 0 ? `\n      case "$previous" in\n${values.join('\n')}\n      esac` : ''
    return `    ${command.name()})\n      words="${words}"${byOption}\n      ;;`
  })
  return `# detpack completion bash > /etc/bash_completion.d/detpack, or: source <(detpack completion bash)
_detpack() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]} words= command= word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) ;; *) command=$word; break ;; esac
  done
  case "$command" in
${cases.join('\n')}
    *) words="${[...program.commands.map((command) => command.name()), ...optionNames(program)].join(' ')}" ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _detpack detpack
`
}

function fish(program: Command): string {
  const lines = ['# detpack completion fish > ~/.config/fish/completions/detpack.fish']
  for (const command of program.commands) {
    const name = command.name()
    lines.push(`complete -c detpack -n __fish_use_subcommand -a ${name} -d ${quote(command.summary())}`)
    for (const option of command.options) {
      const names = [option.short && `-s ${option.short.slice(1)}`, option.long && `-l ${option.long.slice(2)}`]
      const values = option.argChoices ? ` -xa ${quote(option.argChoices.join(' '))}` : ''
      const about = `-d ${quote(option.description)}`
      lines.push(
        `complete -c detpack -n '__fish_seen_subcommand_from ${name}' ${names.filter(Boolean).join(' ')} ${about}${values}`,
      )
    }
    const choices = argumentChoices(command)
    if (choices.length > 0) {
      lines.push(`complete -c detpack -n '__fish_seen_subcommand_from ${name}' -xa ${quote(choices.join(' '))}`)
    }
  }
  return `${lines.join('\n')}\n`
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

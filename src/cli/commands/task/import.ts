import path from 'node:path'
import { draftOfClaude } from '../../../behaviour/draft/claude.ts'
import type { Draft } from '../../../behaviour/draft/draft.ts'
import { draftOfMcp } from '../../../behaviour/draft/mcp.ts'
import { draftOfPaths } from '../../../behaviour/draft/paths.ts'
import { renderDraft } from '../../../behaviour/draft/render.ts'
import { draftOfSkill } from '../../../behaviour/draft/skill.ts'
import type { Diagnostic } from '../../../diagnostic/diagnostic.ts'
import { didYouMean } from '../../../diagnostic/suggest.ts'
import type { Source } from '../../../diagnostic/source.ts'
import { draftOfUnit } from '../../../govern/systemd/draft-task.ts'
import { loadUnitFile } from '../../../govern/systemd/load-unit.ts'
import { readSources } from '../../../pack/files.ts'
import { ExitCode } from '../../exit-code.ts'
import { plural } from '../../render/plural.ts'
import { exitCodeOf, report } from '../../report.ts'
import type { Shared } from '../../shared.ts'
import { produce, say } from '../../terminal.ts'
import { Unusable } from '../../unusable.ts'
import { WholeFile } from '../../whole-file.ts'
import { DRAFT_FORMATS, type DraftFormat } from './format.ts'

export interface TaskImportOptions {
  readonly name?: string
  readonly output?: string
}

type Drafted = { readonly draft: Draft } | { readonly diagnostics: readonly Diagnostic[] }

/** Writes a first draft of a task from what somebody has already; what that does not know stands under `todo`. */
export async function importTask(
  shared: Shared,
  format: string,
  file: string,
  { name, output }: TaskImportOptions,
): Promise<ExitCode> {
  const known = DRAFT_FORMATS.find((each) => each === format)
  if (known === undefined) {
    const hint = didYouMean(format, DRAFT_FORMATS) ?? ''
    throw new Unusable(`a task is drafted from ${DRAFT_FORMATS.join(', ')}, not from "${format}"; ${hint}`)
  }
  const drafted = draftFrom(known, file, name)
  if ('diagnostics' in drafted) {
    report(drafted.diagnostics, shared.color)
    return exitCodeOf(drafted.diagnostics)
  }
  const { draft } = drafted
  const text = renderDraft(draft, `${WHAT[known]} (${path.basename(file)})`)
  if (output === undefined) await produce(text)
  else {
    const whole = new WholeFile(output)
    whole.write(text)
    whole.finish()
  }
  say(`${plural(draft.grants.length, 'grant')}, and ${plural(draft.todo.length, 'thing')} to decide (todo)`)
  return ExitCode.ok
}

const WHAT: Readonly<Record<DraftFormat, string>> = {
  mcp: 'a list of MCP tools',
  skill: 'a skill',
  claude: 'settings of Claude Code',
  systemd: 'a systemd unit',
  paths: 'a list of paths',
}

function draftFrom(format: DraftFormat, file: string, name: string | undefined): Drafted {
  const base = path.basename(file).replace(/\.[^.]*$/, '')
  if (format === 'systemd') {
    const loaded = loadUnitFile(file)
    if (loaded.kind === 'missing') return { diagnostics: loaded.diagnostics }
    if (loaded.kind === 'masked') throw new Unusable(`${file} is masked: nothing is started by it`)
    return { draft: draftOfUnit(loaded.unit, name ?? base) }
  }
  const { sources, diagnostics } = readSources([file])
  const [source] = sources
  return source === undefined ? { diagnostics } : draftOfText(format, source, name, base)
}

function draftOfText(
  format: Exclude<DraftFormat, 'systemd'>,
  source: Source,
  name: string | undefined,
  base: string,
): Drafted {
  switch (format) {
    case 'mcp':
      return draftOfMcp(source, name ?? base)
    case 'skill':
      return draftOfSkill(source, name)
    case 'claude':
      return draftOfClaude(source, name ?? base)
    case 'paths':
      return draftOfPaths(source, name ?? base)
  }
}

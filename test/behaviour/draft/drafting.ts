import { draftOfClaude } from '../../../src/behaviour/draft/claude.ts'
import type { Draft } from '../../../src/behaviour/draft/draft.ts'
import { draftOfMcp } from '../../../src/behaviour/draft/mcp.ts'
import { draftOfPaths } from '../../../src/behaviour/draft/paths.ts'
import { renderDraft } from '../../../src/behaviour/draft/render.ts'
import { draftOfSkill } from '../../../src/behaviour/draft/skill.ts'
import { checkTask } from '../../../src/behaviour/check-task.ts'
import { compileTask } from '../../../src/behaviour/compile-task.ts'
import { parseTask } from '../../../src/behaviour/parse-task.ts'
import { checkTaskReferences } from '../../../src/behaviour/references.ts'
import { surroundingsOf } from '../../../src/behaviour/surroundings.ts'
import type { Diagnostic } from '../../../src/diagnostic/diagnostic.ts'
import { Source } from '../../../src/diagnostic/source.ts'
import { draftOfUnit } from '../../../src/govern/systemd/draft-task.ts'
import { parseUnit } from '../../../src/govern/systemd/unit-text.ts'
import { resources } from '../../event/importing.ts'

export type Drafted = { readonly draft: Draft } | { readonly diagnostics: readonly Diagnostic[] }

export const FROM: Readonly<Record<string, (source: Source) => Drafted>> = {
  mcp: (source) => draftOfMcp(source, 'drafted'),
  skill: (source) => draftOfSkill(source, undefined),
  claude: (source) => draftOfClaude(source, 'drafted'),
  paths: (source) => draftOfPaths(source, 'drafted'),
  systemd: (source) => {
    const { assignments } = parseUnit(source)
    const unit = { name: 'drafted.service', files: [source.name], assignments, diagnostics: [] }
    return { draft: draftOfUnit(unit, 'drafted') }
  },
}

/** The task file of a draft, and what is wrong with it as a task: it is parsed, checked and compiled. */
export function asTask(draft: Draft): { readonly text: string; readonly wrong: readonly Diagnostic[] } {
  const text = renderDraft(draft, 'a source')
  const { task, diagnostics } = parseTask(new Source('drafted.yml', text))
  if (task === undefined) return { text, wrong: diagnostics }
  const around = surroundingsOf([task], resources)
  const wrong = [...checkTaskReferences(task, around), ...checkTask(task, around)]
  compileTask(task, around)
  return { text, wrong: wrong.filter(({ code }) => code !== 'behaviour/todo') }
}

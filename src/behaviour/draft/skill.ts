import { error, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import { Source } from '../../diagnostic/source.ts'
import { parseYaml, type Node } from '../../diagnostic/yaml.ts'
import { DraftBuilder, type Draft } from './draft.ts'
import { grantTools, parseToolRule, splitToolRules } from './tool-rule.ts'

/**
 * A draft from the head of an Agent Skill (SKILL.md): its name, what it says it does, and `allowed-tools`, which are tools
 * that it may use without asking, parted by blanks (agentskills.io/specification); commas and lists are taken too.
 */
export function draftOfSkill(
  source: Source,
  name: string | undefined,
): { readonly draft: Draft } | { readonly diagnostics: readonly Diagnostic[] } {
  const head = /^\uFEFF?---[ \t]*\r?\n([\s\S]*?\n)---[ \t]*(?:\r?\n|$)/.exec(source.text)
  if (head === null) {
    const span = { source, start: 0, end: Math.min(3, source.text.length) }
    const hint = 'a skill begins with a line "---", keys such as name and allowed-tools, and again "---"'
    return { diagnostics: [error('behaviour/draft-source', 'this has no head of a skill', span, { hint })] }
  }
  // Blanks where the head does not stand, so that mistakes are told at their places in the file.
  const start = source.text.indexOf('\n') + 1
  const text = `${source.text.slice(0, start).replace(/[^\n]/g, ' ')}${head[1] ?? ''}`
  const { documents, diagnostics } = parseYaml(new Source(source.name, text))
  const root = documents[0]?.root
  if (diagnostics.length > 0) return { diagnostics }
  if (root?.kind !== 'map') {
    const span = { source, start: 0, end: Math.min(3, source.text.length) }
    return { diagnostics: [error('behaviour/draft-source', 'the head of this skill is no map', span)] }
  }
  const value = (key: string): Node | undefined => root.entries.find((entry) => entry.key.text === key)?.value
  const own = textOf(value('name'))
  const draft = new DraftBuilder(name ?? own ?? 'skill', textOf(value('description')) ?? 'What the skill is for.')
  const tools = rulesOf(value('allowed-tools') ?? value('allowed_tools'))
  if (tools.length === 0)
    draft.todo('the skill names no tools (allowed-tools), so that it may use all of its agent: grant what it needs')
  grantTools(tools.map(parseToolRule), draft)
  const needs = textOf(value('compatibility'))
  if (needs !== undefined) draft.todo(`the skill needs this: ${needs}`)
  draft.todo('allowed-tools says what is not asked for, not what cannot be done: the agent may have more')
  return { draft: draft.build() }
}

function textOf(node: Node | undefined): string | undefined {
  return node?.kind === 'scalar' && node.value !== null ? node.text : undefined
}

function rulesOf(node: Node | undefined): string[] {
  if (node?.kind === 'list') return node.items.flatMap((item) => textOf(item) ?? [])
  return splitToolRules(textOf(node) ?? '')
}

import type { Diagnostic } from '../../diagnostic/diagnostic.ts'
import type { Source } from '../../diagnostic/source.ts'
import type { JsonObject } from '../../event/field.ts'
import { CHANGE, DraftBuilder, READ, type Draft } from './draft.ts'
import { isObject, notSuch, objectAt, readJson, textsOf } from './source-json.ts'
import { grantDomain, grantPath, grantTools, parseToolRule, type ToolRule } from './tool-rule.ts'

/**
 * A draft from settings of Claude Code (settings.json): `permissions` (allow, ask, deny, additionalDirectories,
 * defaultMode) and `sandbox` (filesystem, network, excludedCommands). Paths of rules: `//` begins an absolute one, `/` one
 * below the folder of the settings, `~/` one at home, all others stand below the working folder.
 */
export function draftOfClaude(
  source: Source,
  name: string,
): { readonly draft: Draft } | { readonly diagnostics: readonly Diagnostic[] } {
  const read = readJson(source)
  if ('diagnostics' in read) return read
  if (!isObject(read.value) || !('permissions' in read.value || 'sandbox' in read.value))
    return notSuch(source, 'settings of Claude Code: {"permissions": {"allow": […]}, "sandbox": {…}}')
  const draft = new DraftBuilder(name, 'What the settings let the agent do without asking.')
  draftPermissions(objectAt(read.value, 'permissions'), draft)
  draftSandbox(objectAt(read.value, 'sandbox'), draft)
  draft.todo('what is the task for? say it under purpose, for the person who reviews it')
  draft.todo('settings of other places (managed, user, project, local) are merged with these: import them as well')
  draft.todo('which host answers the agent itself? name it under hosts, and grant network_send to it')
  return { draft: draft.build() }
}

/** Modes in which nothing is asked for, whatever the lists say. */
const FREE = new Set(['bypassPermissions', 'dontAsk', 'auto'])

function draftPermissions(permissions: JsonObject, draft: DraftBuilder): void {
  grantTools(textsOf(permissions['allow']).map(toolRule), draft)
  for (const folder of textsOf(permissions['additionalDirectories'])) {
    const from = `additionalDirectories: ${folder}`
    grantPath('read', READ, asFolder(folder), from, draft)
    grantPath('edit', CHANGE, asFolder(folder), from, draft)
  }
  for (const rule of textsOf(permissions['ask'])) draft.todo(`a person is asked about ${rule}: is it part of the task?`)
  for (const rule of textsOf(permissions['deny'])) draft.todo(denied(rule))
  const mode = permissions['defaultMode']
  if (mode === 'acceptEdits') grantPath('edit', CHANGE, './', 'defaultMode: acceptEdits', draft)
  if (typeof mode === 'string' && FREE.has(mode))
    draft.todo(`defaultMode ${mode} asks for nothing: what does the task need?`)
}

function toolRule(text: string): ToolRule {
  const rule = parseToolRule(text)
  if (rule.of === null || !/^(?:Read|Edit|Write|Glob|Grep)$/.test(rule.tool)) return rule
  return { ...rule, of: absolute(rule.of) }
}

/** Here `/` begins what `//` begins there. */
function absolute(glob: string): string {
  return glob.startsWith('//') ? glob.slice(1) : glob.startsWith('/') ? `.${glob}` : glob
}

function asFolder(path: string): string {
  return path.endsWith('/') ? path : `${path}/`
}

function denied(rule: string): string {
  const { tool, of } = parseToolRule(rule)
  if (of !== null && /^(?:Read|Edit|Write)$/.test(tool))
    return `${rule} is denied: give these paths a class in rules/resources.yml, so that a use of them needs a grant`
  return `${rule} is denied: see that no grant covers it`
}

function draftSandbox(sandbox: JsonObject, draft: DraftBuilder): void {
  const filesystem = objectAt(sandbox, 'filesystem')
  const network = objectAt(sandbox, 'network')
  for (const path of textsOf(filesystem['allowWrite']))
    grantPath('edit', CHANGE, asFolder(path), `sandbox.filesystem.allowWrite: ${path}`, draft)
  for (const path of textsOf(filesystem['allowRead']))
    grantPath('read', READ, asFolder(path), `sandbox.filesystem.allowRead: ${path}`, draft)
  for (const key of ['denyRead', 'denyWrite'])
    for (const path of textsOf(filesystem[key]))
      draft.todo(
        `sandbox.filesystem.${key}: ${path}: give it a class in rules/resources.yml, so that a use of it needs a grant`,
      )
  for (const domain of textsOf(network['allowedDomains']))
    grantDomain(domain, `sandbox.network.allowedDomains: ${domain}`, draft)
  for (const domain of textsOf(network['deniedDomains']))
    draft.todo(`sandbox.network.deniedDomains: ${domain}: see that no host covers it`)
  for (const socket of textsOf(network['allowUnixSockets']))
    draft.todo(`sandbox.network.allowUnixSockets: ${socket}: what does the daemon behind it do on request?`)
  for (const command of textsOf(sandbox['excludedCommands']))
    draft.todo(`${command} runs outside of the sandbox: what does it use?`)
  if (sandbox['enabled'] === true && sandbox['allowUnsandboxedCommands'] !== false)
    draft.todo('commands may be run outside of the sandbox (allowUnsandboxedCommands): are they part of the task?')
}

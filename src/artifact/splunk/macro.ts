import type { Json, JsonObject } from '../../event/field.ts'
import type { Rule } from '../../ir/rule.ts'
import { canonicalJson, contentDigest } from '../../event/canonical.ts'
import type { Stanza } from './conf.ts'
import { isExceptionMacro } from './exception-macro.ts'
import { accessSettings, type Access } from './rest-search.ts'
import { settingText } from './setting.ts'

/** The macro that every search begins with: where the events lie. */
export const EVENTS_MACRO = 'detpack_events'

export interface MacroMark {
  readonly pack: string
  readonly digest: string | null
  readonly applied: JsonObject | null
}

/** The macro of one rule at the end of its search, where a team puts its exceptions; they live in the app's local folder. */
export function filterMacro(rule: Rule): string {
  const slug = (rule.name ?? rule.id).toLowerCase().replace(/[^a-z0-9]+/g, '_')
  return `detpack_${slug.replace(/^_+|_+$/g, '')}_filter`
}

/**
 * The stanzas of macros.conf: where the events lie, and for each rule a filter that lets everything pass.
 *
 * @param base the base search, such as `index=detpack sourcetype="detpack:event"`
 */
export function macros(base: string, rules: readonly Rule[]): readonly Stanza[] {
  // Names that differ in punctuation only share a filter: a stanza may stand only once.
  const names = new Set(rules.map(filterMacro))
  const filters = [...names].map((name) => ({
    name,
    settings: { definition: 'search *', description: 'The exceptions of the team to one rule: what is let through.' },
  }))
  const events = { definition: base, description: 'Where the events of detpack lie.' }
  return [{ name: EVENTS_MACRO, settings: events }, ...filters]
}

/** A macro as REST takes and gives it. */
export function restMacro({ name, settings }: Stanza, access: Access): JsonObject {
  const texts = Object.entries(settings).map(([key, value]) => [key, settingText(key, value)] as const)
  return { name, ...Object.fromEntries(texts), ...accessSettings(access) }
}

/** What a deployment sets again; the definition is for people to change, but for that of an exception. */
const OWNED_SETTINGS = [
  'name',
  'description',
  'args',
  'iseval',
  'validation',
  'errormsg',
  'acl.sharing',
  'acl.read',
  'acl.write',
]

export const KEPT_MACRO_SETTINGS: ReadonlySet<string> = new Set([...OWNED_SETTINGS, 'definition'])

/** Before the mark at the end of a description: pack, digest and definition as last written, as JSON. */
const MARK = ' detpack='

/** The owned settings in one normal form, without the mark. */
export function ownedMacro(content: JsonObject): JsonObject {
  return owned(content, OWNED_SETTINGS)
}

/** The same of an exception. */
export function ownedException(content: JsonObject): JsonObject {
  return owned(content, [...OWNED_SETTINGS, 'definition'])
}

function owned(content: JsonObject, names: readonly string[]): JsonObject {
  const settings = names.flatMap((name): readonly (readonly [string, Json])[] => {
    const text = settingText(name, name === 'description' ? split(content).description : content[name])
    return text === '' || (name === 'iseval' && text === '0') ? [] : [[name, text]]
  })
  return Object.fromEntries(settings)
}

export function readMacroMark(content: JsonObject): MacroMark | undefined {
  return split(content).mark
}

export function signMacro(content: JsonObject, { pack, digest, applied }: MacroMark): JsonObject {
  const { description } = split(content)
  return { ...content, description: `${description}${MARK}${canonicalJson({ pack, digest, applied })}` }
}

/** A stanza with the mark that a deployment of the same macro would give it. */
export function signedMacro(stanza: Stanza, pack: string, access: Access): Stanza {
  const content = restMacro(stanza, access)
  const [own, applied] = isExceptionMacro(stanza.name)
    ? [ownedException(content), {}]
    : [ownedMacro(content), { definition: stanza.settings.definition ?? '' }]
  const { description } = signMacro(content, { pack, digest: contentDigest(own), applied })
  return { ...stanza, settings: { ...stanza.settings, description: settingText('description', description) } }
}

function split(content: JsonObject): { readonly description: string; readonly mark: MacroMark | undefined } {
  const whole = settingText('description', content.description)
  const at = whole.lastIndexOf(MARK)
  if (at < 0) return { description: whole, mark: undefined }
  try {
    const value = JSON.parse(whole.slice(at + MARK.length)) as Json
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return { description: whole, mark: undefined }
    const { pack, digest, applied } = value as JsonObject
    if (typeof pack !== 'string') return { description: whole, mark: undefined }
    const known = typeof applied === 'object' && applied !== null && !Array.isArray(applied)
    const mark = {
      pack,
      digest: typeof digest === 'string' ? digest : null,
      applied: known ? (applied as JsonObject) : null,
    }
    return { description: whole.slice(0, at), mark }
  } catch {
    return { description: whole, mark: undefined }
  }
}

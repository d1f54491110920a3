import type { Backend, Language } from '../backend/backend.ts'
import { LANGUAGES, loadBackends } from './languages.ts'

/** Every language that rules compile to, for commands that need them all. */
export const backends = await loadBackends(LANGUAGES)

export function backendFor<L extends Language>(language: L): Backend & { readonly language: L } {
  const found = backends.find((backend) => backend.language === language)
  if (found === undefined) throw new Error(`no backend for ${language}`)
  return { ...found, language }
}

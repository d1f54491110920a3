import { existsSync } from 'node:fs'
import type { Diagnostic } from '../diagnostic/diagnostic.ts'
import { inPack } from '../pack/configuration.ts'
import { EXCEPTIONS } from '../pack/rules.ts'
import { selectedProgram, type MappedRules } from './packs.ts'
import type { WatchedRules } from './watched-rules.ts'

/**
 * The rules of a pack with its exceptions that hold, as a watch with the local store runs them; nothing where none hold.
 *
 * @param tell is given what is wrong with exceptions, and which do not hold @param clock gives ms since 1970
 */
export async function rulesWithExceptions(
  loaded: MappedRules,
  tell: (diagnostics: readonly Diagnostic[]) => void,
  clock: () => number = Date.now,
): Promise<WatchedRules | undefined> {
  const { configuration } = loaded
  // Most packs have none, and need nothing of what follows.
  if (configuration.file === null || !existsSync(inPack(configuration, EXCEPTIONS))) return undefined
  const { fittingExceptions } = await import('./exceptions.ts')
  const { exceptions, diagnostics } = fittingExceptions(loaded, clock())
  tell(diagnostics)
  if (exceptions.size === 0) return undefined
  const { keptRule } = await import('../artifact/local/local-rule.ts')
  const { rulesOfStore } = await import('./watched-rules.ts')
  const program = selectedProgram(loaded)
  const kept = [...program.rules.values()]
    .filter((rule) => rule.alone)
    .map((rule) => keptRule(rule, program, exceptions.get(rule.id) ?? []))
  return rulesOfStore({ rules: () => kept, hasChanged: () => false }, configuration.name, tell, clock)
}

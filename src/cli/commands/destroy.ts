import { planDestruction } from '../../target/rollback.ts'
import { ask, carryOut, type CarryOutOptions } from '../carry-out.ts'
import { identityOf, openTarget, type TargetOptions } from '../deployment.ts'
import type { ExitCode } from '../exit-code.ts'
import { loadMappedRules } from '../packs.ts'
import type { Shared } from '../shared.ts'
import { say } from '../terminal.ts'
import { Unusable } from '../unusable.ts'

export interface DestroyOptions extends TargetOptions, CarryOutOptions {
  /** The name of the target, said in advance where nobody can be asked. */
  readonly confirm?: string
}

/** Takes everything of the pack out of a target, after its name has been typed. Events, alerts and receipts stay. */
export async function destroy(shared: Shared, options: DestroyOptions): Promise<ExitCode> {
  const loaded = loadMappedRules([], options.mapping, { pipelines: options.pipeline })
  const pack = identityOf(loaded)
  const target = await openTarget(loaded.configuration, options)
  const named = async (): Promise<boolean> => {
    const { name } = target.place
    const said = options.confirm ?? (await ask(`Type "${name}" to delete all of this: `))
    if (said === undefined) throw new Unusable(`nothing was changed: nobody can be asked here; say --confirm ${name}`)
    if (said !== name) say(`"${said}" is not "${name}"`)
    return said === name
  }
  try {
    return await carryOut(await planDestruction(target, pack), target, options, shared, named)
  } finally {
    await target.close()
  }
}

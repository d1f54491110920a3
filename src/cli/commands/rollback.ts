import type { ReceiptHead } from '../../target/receipt.ts'
import { planRollback } from '../../target/rollback.ts'
import type { Target } from '../../target/target.ts'
import { carryOut, type CarryOutOptions } from '../carry-out.ts'
import { identityOf, openTarget, type TargetOptions } from '../deployment.ts'
import { ExitCode } from '../exit-code.ts'
import { loadMappedRules } from '../packs.ts'
import { table } from '../render/table.ts'
import { exitCodeOfTarget, report } from '../report.ts'
import type { Shared } from '../shared.ts'
import { paintFor, produce, say } from '../terminal.ts'
import { Unusable } from '../unusable.ts'

export interface RollbackOptions extends TargetOptions, CarryOutOptions {
  readonly list?: boolean
  readonly force?: boolean
}

/** Puts back what one deployment changed, as it was. */
export async function rollback(
  shared: Shared,
  receipt: string | undefined,
  options: RollbackOptions,
): Promise<ExitCode> {
  if (receipt !== undefined && !/^[\w-]+$/.test(receipt)) throw new Unusable(`"${receipt}" is no id of a receipt`)
  const loaded = loadMappedRules([], options.mapping, { pipelines: options.pipeline })
  const pack = identityOf(loaded)
  const target = await openTarget(loaded.configuration, options)
  try {
    if (options.list === true) return await list(target, pack.name, options, shared)
    const planning = await planRollback(receipt, target, pack, options.force === true)
    if (planning.kind === 'failed' && planning.diagnostics.some((one) => one.code === 'target/receipt')) {
      report(planning.diagnostics, shared.color)
      say('nothing was changed')
      return ExitCode.unusable
    }
    return await carryOut(planning, target, options, shared)
  } finally {
    await target.close()
  }
}

async function list(target: Target, pack: string, options: RollbackOptions, shared: Shared): Promise<ExitCode> {
  if (target.receipts === null) throw new Unusable(`no receipts are kept in ${target.place.at}`)
  const heads = await target.receipts.heads(pack, 100)
  if (heads.kind === 'failed') {
    report([heads.diagnostic], shared.color)
    return exitCodeOfTarget([heads.diagnostic])
  }
  if (options.format === 'json') await produce(`${JSON.stringify(heads.value, null, 2)}\n`)
  else if (heads.value.length === 0) say(`the pack "${pack}" has no receipts in ${target.place.at}`)
  else await produce(`${table(heads.value.map(row), paintFor(process.stdout, shared.color))}\n`)
  return ExitCode.ok
}

function row(head: ReceiptHead): Readonly<Record<string, string>> {
  return {
    receipt: head.id,
    what: head.undoes === null ? head.purpose : `${head.purpose} of ${head.undoes}`,
    state: head.state,
    changed: `${head.done}/${head.planned}`,
    pack: `${head.pack.version} ${head.pack.digest.slice(0, 12)}`,
    by: head.by,
  }
}

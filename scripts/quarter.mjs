// The evidence of a made-up quarter, as `evidence build` writes it: with every gap that there is, or with none.
import { importText } from './bundle.mjs'

/** Its files by their path: name → text. */
export async function quarterFiles(alerts, withGaps) {
  const { bundleFiles, drawEvidence, GAP_KINDS, makeQuarter, QUARTER, SIGNERS_TEXT } = await importText(`
    export { bundleFiles } from './src/govern/evidence/bundle.ts'
    export { drawEvidence } from './src/govern/evidence/model.ts'
    export { GAP_KINDS } from './src/govern/trace/gap.ts'
    export { makeQuarter, QUARTER, SIGNERS_TEXT } from './test/govern/evidence/quarter.ts'`)
  const planted = withGaps ? GAP_KINDS.filter((kind) => kind !== 'no-coverage') : []
  const { history, log } = makeQuarter(alerts, new Set(planted))
  const files = bundleFiles(drawEvidence(history, QUARTER), { log, signers: SIGNERS_TEXT })
  return new Map([...files].map(([name, { pieces }]) => [name, [...pieces()].join('')]))
}

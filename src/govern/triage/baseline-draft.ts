import { parseDocument } from 'yaml'
import { fieldReader, type JsonObject } from '../../event/field.ts'
import { formatTime, type Time } from '../../event/record.ts'

const kind = fieldReader('detpack.drift.kind')
const baseline = fieldReader('detpack.drift.baseline')
const linuxCapability = fieldReader('detpack.linux_capability')

/** A drift that a baseline would allow: a Linux capability used beyond it. */
export interface DriftBeyond {
  readonly baseline: string
  readonly linuxCapability: string
}

/** The drift that the events of an alert tell of, if they tell of one Linux capability and one baseline. */
export function driftIn(events: readonly JsonObject[]): DriftBeyond | undefined {
  const told = events.flatMap((event) => {
    const [id, name] = [baseline(event)[0], linuxCapability(event)[0]]
    const isBeyond = kind(event)[0] === 'linux_capability' && typeof id === 'string' && typeof name === 'string'
    return isBeyond ? [{ baseline: id, linuxCapability: name }] : []
  })
  const [first] = told
  const same = told.every((one) => one.baseline === first?.baseline && one.linuxCapability === first.linuxCapability)
  return same ? first : undefined
}

/**
 * The baseline with the Linux capability, as a proposal: its approval is gone. Why it is needed and for which risk stays open:
 * as it is, the file cannot be approved.
 *
 * @param text of the baseline as it stands
 */
export function draftBaseline(
  text: string,
  { linuxCapability: name }: DriftBeyond,
  { by, now, alert }: { readonly by: string; readonly now: Time; readonly alert: string },
): string {
  const document = parseDocument(text)
  document.delete('approval')
  document.setIn(['linux_capabilities', name], document.createNode({}))
  document.set('proposal', document.createNode({ by, at: formatTime(now), alerts: [alert] }))
  const head =
    `# Drafted from a benign alert: say of ${name} "why" the service needs it and for which "risk", and raise "exposure"\n` +
    '# if it has to be. Then somebody else approves it: detpack harden approve FILE --by NAME\n'
  return `${head}${document.toString({ lineWidth: 0 })}`
}

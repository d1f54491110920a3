import { error, hasErrors, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import { MapReader } from '../../diagnostic/map-reader.ts'
import type { Source, Span } from '../../diagnostic/source.ts'
import { didYouMean } from '../../diagnostic/suggest.ts'
import { parseYaml, type ScalarNode } from '../../diagnostic/yaml.ts'
import { CAPABILITIES } from '../../behaviour/task.ts'
import type { Time } from '../../event/record.ts'
import { DAY, decodeDay } from '../day.ts'
import { LINUX_CAPABILITIES } from '../systemd/linux-capability.ts'

/** What an organisation is afraid of, and why it allows what may bring it about (rules/risks). */
export interface Risk {
  readonly id: string
  readonly title: string
  /** The role that answers for it. */
  readonly owner: string
  /** What happens to whom when it comes true. */
  readonly why: string
  /** What can bring it about when it is allowed: capabilities and Linux capabilities. Null: whatever names the risk. */
  readonly capabilities: readonly string[] | null
  readonly acceptance: Acceptance | null
  readonly span: Span
}

/** Why the capabilities are allowed nevertheless, and how long that holds without being asked again. */
export interface Acceptance {
  readonly reason: string
  /** The end of the last day. */
  readonly until: Time
  readonly span: Span
}

/** Reads a risk. A file with a mistake gives its diagnostics and no risk. */
export function parseRisk(source: Source): { readonly risk?: Risk; readonly diagnostics: readonly Diagnostic[] } {
  const { documents, diagnostics } = parseYaml(source)
  const root = documents[0]?.root
  if (root?.kind !== 'map') {
    const span = root?.span ?? { source, start: 0, end: 0 }
    if (diagnostics.length === 0) diagnostics.push(error('pack/wrong-type', 'a risk must be a map', span))
    return { diagnostics }
  }
  const reader = new MapReader(root, 'pack', 'a risk', diagnostics)
  reader.require('id', 'title', 'owner', 'why')
  const risk = {
    id: reader.text('id') ?? '',
    title: reader.text('title') ?? '',
    owner: reader.text('owner') ?? '',
    why: reader.text('why')?.trim() ?? '',
    capabilities: decodeCapabilities(reader.texts('capability'), diagnostics),
    acceptance: decodeAcceptance(reader, diagnostics),
    span: root.span,
  }
  reader.finish()
  return hasErrors(diagnostics) ? { diagnostics } : { risk, diagnostics }
}

const KNOWN: readonly string[] = [...CAPABILITIES, ...LINUX_CAPABILITIES]

function decodeCapabilities(
  words: readonly ScalarNode[] | undefined,
  diagnostics: Diagnostic[],
): readonly string[] | null {
  if (words === undefined) return null
  for (const { text, span } of words) {
    if (KNOWN.includes(text)) continue
    const hint = didYouMean(text, KNOWN)
    diagnostics.push(error('govern/unknown-value', `there is no capability "${text}"`, span, { hint }))
  }
  return words.map(({ text }) => text)
}

function decodeAcceptance(reader: MapReader, diagnostics: Diagnostic[]): Acceptance | null {
  const [reason, span] = [reader.text('reason'), reader.node('accepted_until')?.span]
  const day = decodeDay(reader, 'accepted_until', diagnostics)
  if (reason !== undefined && span === undefined) reader.require('accepted_until')
  if (reason === undefined && span !== undefined) reader.require('reason')
  if (reason === undefined || day === undefined || span === undefined) return null
  return { reason: reason.trim(), until: (day + DAY - 1) as Time, span }
}

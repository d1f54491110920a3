import { error, type Diagnostic } from '../diagnostic/diagnostic.ts'
import { MapReader } from '../diagnostic/map-reader.ts'
import { didYouMean } from '../diagnostic/suggest.ts'
import type { Acceptance, Governance, TriageStep } from '../ir/rule.ts'
import { isDate } from './decode-metadata.ts'

const LANGUAGES = ['eql', 'esql', 'kql', 'lucene', 'spl']

export const noGovernance: Governance = { version: null, risk: [], grant: null, triage: [], accept: [] }

/** The keys of the `detpack:` attribute that say nothing about what matches. */
export function decodeGovernance(reader: MapReader, diagnostics: Diagnostic[]): Governance {
  return {
    version: reader.integer('version', 1) ?? null,
    risk: (reader.texts('risk') ?? []).map((each) => each.text),
    grant: decodeGrant(reader, diagnostics),
    triage: decodeTriage(reader, diagnostics),
    accept: decodeAcceptances(reader, diagnostics),
  }
}

function decodeGrant(reader: MapReader, diagnostics: Diagnostic[]): string | null {
  const grant = reader.text('grant')
  if (grant === undefined || /^[^/\s]+\/[^/\s]+$/.test(grant)) return grant ?? null
  const hint = 'write task/grant, such as summarize-document/credential-read'
  diagnostics.push(error('sigma/grant', `"${grant}" names no grant`, reader.node('grant')?.span, { hint }))
  return null
}

function decodeTriage(parent: MapReader, diagnostics: Diagnostic[]): TriageStep[] {
  const steps: TriageStep[] = []
  for (const item of parent.list('triage')?.items ?? []) {
    if (item.kind !== 'map') {
      parent.wrong(item, 'triage', 'a list of maps with ask and run')
      continue
    }
    const reader = new MapReader(item, 'sigma', 'a triage step', diagnostics)
    reader.require('ask')
    const ask = reader.text('ask')
    const run = reader.text('run') ?? null
    reader.finish()
    if (ask !== undefined) steps.push({ ask, run })
  }
  return steps
}

function decodeAcceptances(parent: MapReader, diagnostics: Diagnostic[]): Acceptance[] {
  const accepted: Acceptance[] = []
  for (const item of parent.list('accept')?.items ?? []) {
    if (item.kind !== 'map') {
      parent.wrong(item, 'accept', 'a list of maps with language, node, why and until')
      continue
    }
    const reader = new MapReader(item, 'sigma', 'an acceptance', diagnostics)
    reader.require('language', 'node', 'why', 'until')
    const [language, node, why, until] = ['language', 'node', 'why', 'until'].map((key) => reader.text(key))
    reader.finish()
    if (language !== undefined && !LANGUAGES.includes(language)) {
      const hint = didYouMean(language, LANGUAGES)
      diagnostics.push(error('sigma/language', `"${language}" is no language`, reader.node('language')?.span, { hint }))
    }
    if (until !== undefined && !isDate(until)) {
      const hint = 'write YYYY-MM-DD'
      diagnostics.push(error('sigma/accept-until', 'an acceptance ends on a day', reader.node('until')?.span, { hint }))
    }
    if (language === undefined || node === undefined || why === undefined || until === undefined) continue
    accepted.push({ language, node, why, until, span: item.span })
  }
  return accepted
}

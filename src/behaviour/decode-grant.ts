import { error, type Diagnostic } from '../diagnostic/diagnostic.ts'
import { MapReader } from '../diagnostic/map-reader.ts'
import type { Node } from '../diagnostic/yaml.ts'
import type { Level } from '../ir/rule.ts'
import { decodeConditions, decodeOrAfter } from './decode-condition.ts'
import { decodeCapabilities, decodeName, decodeWord } from './reading.ts'
import { decodeTarget } from './target.ts'
import type { Grant } from './task.ts'

export const LEVELS: readonly Level[] = ['informational', 'low', 'medium', 'high', 'critical']

export function decodeGrant(item: Node, diagnostics: Diagnostic[]): Grant[] {
  if (item.kind !== 'map') {
    diagnostics.push(error('behaviour/wrong-type', 'a grant must be a map with "id" and "capability"', item.span))
    return []
  }
  const reader = new MapReader(item, 'behaviour', 'a grant', diagnostics)
  reader.require('id', 'capability')
  const grant: Grant = {
    id: decodeName(reader, 'id', diagnostics),
    clause: reader.text('clause') ?? null,
    capabilities: decodeCapabilities(reader, diagnostics),
    on: decodeTarget(reader.map('on'), diagnostics),
    conditions: decodeConditions(reader, diagnostics),
    orAfter: decodeOrAfter(reader, diagnostics),
    level: decodeWord(reader, 'level', LEVELS, 'level', diagnostics) ?? null,
    risk: reader.texts('risk')?.map((each) => each.text) ?? null,
    tags: reader.texts('tags')?.map((each) => each.text) ?? null,
    span: item.span,
  }
  reader.finish()
  return [grant]
}

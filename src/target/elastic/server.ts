import type { Json } from '../../event/field.ts'
import type { Server } from '../failure.ts'
import { isJsonObject } from '../object.ts'

const EITHER = {
  credentials: 'check that the API key is the encoded one, belongs to this cluster and has not expired',
  certificate: 'name the authority that signed its certificate as CA file',
  address: 'check the address, and that it runs',
  reply: 'check that the address is right and that no proxy answers in its place',
}

export const kibana: Server = {
  ...EITHER,
  name: 'Kibana',
  rights: 'the key needs all rights on the Security feature in this space',
}

export const elasticsearch: Server = {
  ...EITHER,
  name: 'Elasticsearch',
  // Elasticsearch itself names the privilege that is missing.
  rights: [
    'give the key what Elasticsearch names',
    'to deploy takes the cluster privileges manage_index_templates, manage_ilm and manage_ingest_pipelines, and all rights on the index detpack-receipts',
    'to watch takes read on the events, read, create_doc, auto_configure and maintenance on alerts-detpack.*, and create_index, index, read and view_index_metadata on detpack-runs',
  ].join('; '),
}

/** Kibana's message from either of its two error shapes, with why a bulk failed; else the text itself on one line. */
export function messageOf(body: Json | undefined, text: string): string {
  if (isJsonObject(body)) {
    const { message, attributes } = body
    if (typeof message === 'string') return [message, ...reasonsIn(attributes)].join(': ')
    if (Array.isArray(message))
      return (message as readonly Json[]).filter((each) => typeof each === 'string').join('; ')
  }
  return text.replace(/\s+/g, ' ').trim()
}

/** Each reason once, in one text. */
function reasonsIn(attributes: Json | undefined): readonly string[] {
  const errors = isJsonObject(attributes) ? attributes['errors'] : undefined
  const reasons = (Array.isArray(errors) ? (errors as readonly Json[]) : []).flatMap((each) =>
    isJsonObject(each) && typeof each['message'] === 'string' ? [each['message']] : [],
  )
  return reasons.length === 0 ? [] : [[...new Set(reasons)].join('; ')]
}

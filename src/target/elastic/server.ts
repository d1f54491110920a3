import type { Json, JsonObject } from '../../event/field.ts'
import type { Server } from '../failure.ts'

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
  rights:
    'a key that deploys needs the cluster privileges manage_index_templates, manage_ilm and manage_ingest_pipelines, and all rights on the index detpack-receipts',
}

/** Kibana's message from either of its two error shapes, else the text itself on one line. */
export function messageOf(body: Json | undefined, text: string): string {
  if (body !== null && typeof body === 'object' && !Array.isArray(body)) {
    const { message } = body as JsonObject
    if (typeof message === 'string') return message
    if (Array.isArray(message))
      return (message as readonly Json[]).filter((each) => typeof each === 'string').join('; ')
  }
  return text.replace(/\s+/g, ' ').trim()
}

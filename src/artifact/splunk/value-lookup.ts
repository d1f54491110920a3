import { contentDigest } from '../../event/canonical.ts'
import type { JsonObject } from '../../event/field.ts'
import { listedValues, type PackException, type ScopePart } from '../exception.ts'
import type { Stanza } from './conf.ts'

/** A list of values that the macro of an exception looks up. */
export interface ValueLookup {
  /** Of the lookup, and of what it reads. */
  readonly name: string
  readonly title: string
  readonly values: readonly string[]
}

/** What the letters of an id are in names of collections, which hold letters, digits and underscores. */
const LETTERS: Readonly<Record<string, string>> = { _: '__', '.': '_d', '-': '_h' }

/** A longer one is cut: it is the name of a file in an archive as well. */
const LONGEST = 40

/** Ids that differ give names that do; no other lookup of ours has a name that ends so. */
export function valueLookup({ id, title }: PackException, part: ScopePart, number: number): ValueLookup {
  const slug = id.replace(/[_.-]/g, (letter) => LETTERS[letter] ?? '')
  const short = slug.length <= LONGEST ? slug : `${slug.slice(0, 24)}_x${contentDigest(id).slice(0, 12)}`
  return {
    name: `detpack_${short}_values_${number}`,
    title: `${title}: values of ${part.field}`,
    values: listedValues(part),
  }
}

export function isValueLookup(name: string): boolean {
  return /^detpack_\w+_values_\d+$/.test(name)
}

/** The list as a collection of the KV store with a lookup over it, as REST takes them. */
export function valueCollection({ name, values }: ValueLookup): JsonObject {
  return {
    fields: { value: 'string' },
    lookup: { external_type: 'kvstore', collection: name, fields_list: '_key,value' },
    // A key has a length and letters that values need not keep to.
    rows: Object.fromEntries(values.map((value) => [contentDigest(value).slice(0, 32), { value }])),
  }
}

/** The same as a file of an app, which brings no collections: the stanza of transforms.conf, and the table. */
export function valueTransform({ name }: ValueLookup): Stanza {
  return { name, settings: { filename: `${name}.csv`, case_sensitive_match: '1' } }
}

export function valueTable({ values }: ValueLookup): string {
  return ['value', ...values.map((value) => `"${value.replaceAll('"', '""')}"`)].map((line) => `${line}\n`).join('')
}

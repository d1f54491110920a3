import { error, type Diagnostic } from '../diagnostic/diagnostic.ts'
import { didYouMean } from '../diagnostic/suggest.ts'
import type { RuleId } from '../ir/rule.ts'
import type { DecodedDocument } from './decode-document.ts'
import type { Word } from './document.ts'

/** A document with the identity its rule will have. */
export interface Registered extends DecodedDocument {
  readonly identity: RuleId
}

/** Each search for a near name looks at all names; a hostile collection gets no more than these. */
const MOST_SEARCHES = 100

/** Where every document of a collection is found by id or name, also one with an error. */
export class Registry {
  readonly all: readonly Registered[]
  readonly #byId = new Map<string, Registered>()
  readonly #byName = new Map<string, Registered>()
  #searches = 0

  /** Documents whose id or name is already taken are reported and left out (`sigma/duplicate-id`, `-name`). */
  constructor(documents: readonly DecodedDocument[], diagnostics: Diagnostic[]) {
    const all: Registered[] = []
    const identities = new Map<string, Registered>()
    for (const one of documents) {
      const identity = one.id ?? one.name ?? one.title
      if (identity === null) continue
      const registered: Registered = { ...one, identity: identity as RuleId }
      const sameId = identities.get(identity.toLowerCase())
      const sameName = one.name === null ? undefined : this.#byName.get(one.name)
      if (sameId) {
        const key = one.id !== null ? 'id' : one.name !== null ? 'name' : 'title'
        const hint = key === 'title' ? 'give both rules an id' : 'give it a new one'
        diagnostics.push(taken('sigma/duplicate-id', key, identity, one, sameId, hint))
        continue
      }
      if (sameName) {
        diagnostics.push(taken('sigma/duplicate-name', 'name', one.name ?? '', one, sameName, 'give it a new one'))
        continue
      }
      all.push(registered)
      identities.set(identity.toLowerCase(), registered)
      if (one.id !== null) this.#byId.set(one.id.toLowerCase(), registered)
      if (one.name !== null) this.#byName.set(one.name, registered)
    }
    this.all = all
  }

  find(reference: string): Registered | undefined {
    return this.#byId.get(reference.toLowerCase()) ?? this.#byName.get(reference)
  }

  /** What to say about a name that nothing has. */
  hint(reference: string): string {
    const near = this.#searches++ < MOST_SEARCHES ? didYouMean(reference, this.#byName.keys()) : undefined
    return near?.startsWith('did you mean') === true ? near : 'give the rule this name, or read its file as well'
  }

  unknown({ text, span }: Word): Diagnostic {
    return error('sigma/unknown-rule', `no rule has the name or id "${text}"`, span, { hint: this.hint(text) })
  }
}

function taken(
  code: 'sigma/duplicate-id' | 'sigma/duplicate-name',
  key: 'id' | 'name' | 'title',
  value: string,
  one: DecodedDocument,
  first: DecodedDocument,
  hint: string,
): Diagnostic {
  const notes = [{ message: 'it is used here first', span: first.places[key] }]
  return error(code, `the ${key} "${value}" is already taken`, one.places[key], { hint, notes })
}

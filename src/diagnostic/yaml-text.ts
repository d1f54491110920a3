import { Document, isScalar, Scalar, visit } from 'yaml'

/** What neither JSON nor YAML escapes and yet ends a line, steers a terminal or turns the direction of a text. */
const UNSEEN = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g

/** A value as YAML for people to review: what is approved is what is seen, so nothing in it may hide the rest. */
export function renderYaml(value: unknown): string {
  const document = new Document(value)
  visit(document, {
    Scalar: (_, node) => {
      if (isScalar(node) && typeof node.value === 'string' && node.value.search(UNSEEN) !== -1)
        node.type = Scalar.QUOTE_DOUBLE
    },
  })
  return escapeUnseen(document.toString({ lineWidth: 0 }))
}

/** The same for a text that stands in double quotes, in YAML or JSON. */
export function escapeUnseen(quoted: string): string {
  return quoted.replace(UNSEEN, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

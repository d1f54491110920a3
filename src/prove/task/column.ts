/** What a capability is used on, as a task's matrix tells it apart. */
export type Column =
  /** An object of a class of rules/resources.yml; null: of no class. */
  | { readonly kind: 'class'; readonly name: string | null }
  /** A host of the task, or what a parameter of kind host was bound to. */
  | { readonly kind: 'host'; readonly name: string }
  /** Beyond this host, and no host of the task. */
  | { readonly kind: 'elsewhere' }
  | { readonly kind: 'loopback' }
  /** A UNIX socket with a name that is no host of the task; not those of name services and logs. */
  | { readonly kind: 'socket' }
  | { readonly kind: 'anything' }

export function columnInWords(column: Column): string {
  switch (column.kind) {
    case 'class':
      return column.name ?? 'no class'
    case 'host':
      return column.name
    case 'elsewhere':
    case 'loopback':
    case 'anything':
      return column.kind
    case 'socket':
      return 'a UNIX socket'
  }
}

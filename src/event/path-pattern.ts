/**
 * One pattern of `rules/resources.yml`, split into the three things the sensor can decide in the kernel: an exact
 * path, an ancestor directory, and a base name or suffix.
 *
 * - `/etc/shadow`: this path.
 * - `/etc/ssl/private/`: everything below, at any depth; not the directory itself.
 * - `**` + `/id_rsa`: this base name, anywhere. `**` + `/*.pem`: a base name with this suffix, anywhere.
 * - `/etc/ssl/**` + `/*.key`: the same, below a directory.
 * - `~/` in front: in each home directory.
 *
 * A suffix begins with a dot and has no other `*`. Nothing else is a pattern; case counts.
 */
export type PathPattern =
  | { readonly kind: 'exact'; readonly path: string }
  /** `directory` ends in `/` and begins with `/` or `~/`; null: anywhere. `name` null: every name. */
  | { readonly kind: 'below'; readonly directory: string; readonly name: null }
  | { readonly kind: 'below'; readonly directory: string | null; readonly name: NamePattern }

export type NamePattern =
  { readonly kind: 'name'; readonly text: string } | { readonly kind: 'suffix'; readonly text: string }

/** The longest pattern; the kernel's own bound on a path. */
const LONGEST = 4096

/** The pattern, or why it is none. */
export function parsePathPattern(text: string): PathPattern | { readonly refused: string } {
  if (text.length > LONGEST) return { refused: `longer than ${LONGEST} characters` }
  if (text.includes('\0')) return { refused: 'a path has no zero byte' }
  const cut = text.startsWith('**/') ? 0 : text.indexOf('/**/') + 1
  const anywhere = text.startsWith('**/')
  if (anywhere || cut > 0) {
    const directory = anywhere ? null : text.slice(0, cut)
    const wrong = directory === null ? undefined : refusedPlace(directory)
    if (wrong !== undefined) return { refused: wrong }
    const name = namePattern(text.slice(cut + 3))
    return 'refused' in name ? name : { kind: 'below', directory, name }
  }
  const wrong = refusedPlace(text)
  if (wrong !== undefined) return { refused: wrong }
  return text.endsWith('/') ? { kind: 'below', directory: text, name: null } : { kind: 'exact', path: text }
}

function namePattern(text: string): NamePattern | { readonly refused: string } {
  if (text === '' || text.includes('/')) return { refused: 'after "**/" stands one name, without "/"' }
  if (!text.includes('*')) return { kind: 'name', text }
  if (/^\*\.[^*]+$/.test(text)) return { kind: 'suffix', text: text.slice(1) }
  return { refused: '"*" may only stand before a suffix that begins with a dot, as in "*.pem"' }
}

function refusedPlace(text: string): string | undefined {
  if (!text.startsWith('/') && !text.startsWith('~/')) return 'a path begins with "/", "~/" or "**/"'
  if (text.includes('*')) return '"*" may only stand in "**/name" and "**/*.suffix", as the last part'
  if (text === '/') return 'everything lies below "/"'
  const parts = text.slice(text.indexOf('/') + 1).split('/')
  if (text.endsWith('/')) parts.pop()
  const odd = parts.some((part) => part === '' || part === '.' || part === '..')
  return odd ? 'a path has no empty part, "." or ".."' : undefined
}

/** Where systemd looks for units, highest first (systemd.unit(5); generators' folders are left out: they are made at boot). */
export const UNIT_FOLDERS = [
  'etc/systemd/system.control',
  'run/systemd/system.control',
  'etc/systemd/system',
  'run/systemd/system',
  'usr/local/lib/systemd/system',
  'usr/lib/systemd/system',
  'lib/systemd/system',
] as const

/** `nginx` means `nginx.service`. */
export function serviceName(name: string): string {
  return name.endsWith('.service') ? name : `${name}.service`
}

/** `getty@tty1.service` → `getty@.service`; undefined for what is no instance. */
export function templateOf(name: string): string | undefined {
  const match = /^([^@]+@)[^@]+(\.[a-z]+)$/.exec(name)
  return match ? `${match[1] ?? ''}${match[2] ?? ''}` : undefined
}

/**
 * The names of folders for drop-ins of a unit, below one unit folder, the one that counts most first. For
 * `a-b@x.service`: `a-b@x.service.d`, `a-b@.service.d`, `a-.service.d`, `a-@x.service.d`, `a-@.service.d`. They count by
 * unit folder first and by this order second; `service.d`, for every service, comes after all of them (seen of
 * systemd 252; the manual leaves the order open).
 */
export function dropInFolders(name: string): readonly string[] {
  const [, stem = name, at = '', type = ''] = /^([^@]*)(@.*?)?(\.[a-z]+)$/.exec(name) ?? []
  const instances = [...new Set(at === '' ? [] : [at, '@'])]
  const own = instances.length === 0 ? [name] : instances.map((each) => `${stem}${each}${type}`)
  const shorter = prefixes(stem).flatMap((prefix) => ['', ...instances].map((each) => `${prefix}${each}${type}`))
  return [...own, ...shorter].map((each) => `${each}.d`)
}

/** `a-b-c` → `a-b-`, `a-`. */
function prefixes(stem: string): readonly string[] {
  const found: string[] = []
  for (let at = stem.lastIndexOf('-', stem.length - 2); at > 0; at = stem.lastIndexOf('-', at - 1))
    found.push(stem.slice(0, at + 1))
  return found
}

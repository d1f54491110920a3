import { gzipSync } from 'node:zlib'

const BLOCK = 512

/**
 * An app as the archive that Splunk installs (.spl: a gzipped tar with one folder). The same files give the same bytes:
 * they are sorted, belong to nobody in particular and carry one fixed time.
 *
 * @param id the folder
 * @param files path below it → text
 */
export function archiveOf(id: string, files: ReadonlyMap<string, string>): Buffer {
  const folders = new Set([`${id}/`])
  for (const path of files.keys()) {
    const parts = path.split('/').slice(0, -1)
    for (const [at] of parts.entries()) folders.add(`${id}/${parts.slice(0, at + 1).join('/')}/`)
  }
  const entries = [
    ...[...folders].map((path) => ({ path, content: undefined })),
    ...[...files].map(([path, text]) => ({ path: `${id}/${path}`, content: Buffer.from(text, 'utf8') })),
  ].sort((a, b) => (a.path < b.path ? -1 : 1))
  const blocks = entries.flatMap(({ path, content }) => [header(path, content), padded(content ?? Buffer.alloc(0))])
  const packed = gzipSync(Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]), { level: 9 })
  // The system that it was made on stands in the header of gzip: 255 is unknown.
  packed[9] = 255
  return packed
}

/** One header of the ustar format (POSIX.1-1988). */
function header(path: string, content: Buffer | undefined): Buffer {
  if (Buffer.byteLength(path) > 100) throw new Error(`too long a path for an archive: ${path}`)
  const block = Buffer.alloc(BLOCK)
  const number = (value: number, length: number): string => `${value.toString(8).padStart(length - 1, '0')}\0`
  const fields: readonly (readonly [offset: number, text: string])[] = [
    [0, path],
    [100, number(content === undefined ? 0o755 : 0o644, 8)],
    [108, number(0, 8)],
    [116, number(0, 8)],
    [124, number(content?.length ?? 0, 12)],
    [136, number(TIME, 12)],
    [148, ' '.repeat(8)],
    [156, content === undefined ? '5' : '0'],
    [257, 'ustar\x0000'],
    [265, 'root'],
    [297, 'root'],
  ]
  for (const [offset, text] of fields) block.write(text, offset)
  const sum = block.reduce((all, byte) => all + byte, 0)
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return block
}

/** 2026-01-01, s. */
const TIME = 1_767_225_600

function padded(content: Buffer): Buffer {
  return Buffer.concat([content, Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK)])
}

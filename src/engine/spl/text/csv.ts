/**
 * A table in CSV (RFC 4180): names in the first line, fields in double quotes where they hold commas, line breaks or
 * quotes, which are doubled then. Blank lines are left out; a field that a line lacks is empty.
 */
export function readCsv(text: string): readonly Readonly<Record<string, string>>[] {
  const [head = [], ...lines] = recordsOf(text.replace(/^\ufeff/, ''))
  const names = head.map((name) => name.trim())
  return lines.map((line) => Object.fromEntries(names.map((name, at) => [name, line[at] ?? ''])))
}

function recordsOf(text: string): readonly (readonly string[])[] {
  const records: string[][] = []
  let record: string[] = []
  let at = 0
  while (at < text.length) {
    let field = ''
    if (text[at] === '"') {
      at++
      for (;;) {
        const end = text.indexOf('"', at)
        field += text.slice(at, end === -1 ? undefined : end)
        at = end === -1 ? text.length : end + 1
        if (end === -1 || text[at] !== '"') break
        field += '"'
        at++
      }
    }
    const rest = /[^,\r\n]*/y
    rest.lastIndex = at
    const plain = rest.exec(text)?.[0] ?? ''
    record.push(field + plain)
    at += plain.length
    if (text[at] === ',') {
      at++
      if (at < text.length) continue
      record.push('')
    }
    const end = /\r\n|\r|\n/y
    end.lastIndex = at
    at += end.exec(text)?.[0].length ?? 0
    if (record.length > 1 || record[0] !== '') records.push(record)
    record = []
  }
  return records
}

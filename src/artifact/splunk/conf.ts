/** One stanza of a Splunk configuration file. Values are texts as Splunk shall read them; see `renderConf`. */
export interface Stanza {
  readonly name: string
  readonly settings: Readonly<Record<string, string>>
}

/** Whether a text can name a stanza: one line without a closing bracket, and not the file's own default stanza. */
export function isStanzaName(name: string): boolean {
  return /^[^\]\r\n]+$/.test(name) && name.trim() === name && name !== 'default'
}

/**
 * A configuration file. A line break inside a value is written as a backslash at the end of the line, which is how Splunk
 * continues values; so no line of a value may end with a backslash of its own: a blank follows it then, which Splunk
 * takes away at the end of a value and which search text does not mind.
 */
export function renderConf(stanzas: readonly Stanza[]): string {
  return stanzas.map(renderStanza).join('\n')
}

function renderStanza({ name, settings }: Stanza): string {
  if (!isStanzaName(name)) throw new Error(`no name for a stanza: ${name}`)
  const lines = Object.entries(settings).map(([key, value]) => `${key} = ${continued(value)}\n`)
  return `[${name}]\n${lines.join('')}`
}

function continued(value: string): string {
  return value
    .split(/\r\n|\r|\n/)
    .map((line) => (line.endsWith('\\') ? `${line} ` : line))
    .join('\\\n')
}

/** A text for a value that is read as one line. */
export function oneLine(text: string): string {
  return text.replace(/[\s\u0000-\u001f\u007f]+/g, ' ').trim()
}

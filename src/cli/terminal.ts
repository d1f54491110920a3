import { styleText } from 'node:util'

/** Named by what they say, not by how they look. */
export type Tone = 'heading' | 'good' | 'bad' | 'warn' | 'quiet' | 'place'

/** Colours a piece of text, or leaves it alone where colour is not wanted. */
export type Paint = (tone: Tone, text: string) => string

const STYLES: Record<Tone, Parameters<typeof styleText>[0]> = {
  heading: 'bold',
  good: 'green',
  bad: 'red',
  warn: 'yellow',
  quiet: 'gray',
  place: 'cyan',
}

export type ColorChoice = 'auto' | 'always' | 'never'

/** `auto`: on a terminal only, and not with NO_COLOR set (no-color.org). */
export function paintFor(stream: { readonly isTTY?: boolean }, choice: ColorChoice): Paint {
  const noColor = process.env['NO_COLOR'] !== undefined && process.env['NO_COLOR'] !== ''
  const on = choice === 'always' || (choice === 'auto' && stream.isTTY === true && !noColor)
  return on ? (tone, text) => styleText(STYLES[tone], text, { validateStream: false }) : (_tone, text) => text
}

/** Everything a command says to people; what it produces goes to standard output instead. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`)
}

/** Standard output takes no more: its reader went away, or the disk behind it is full. `main` says which. */
export class OutputLost extends Error {}

/**
 * Writes product to standard output and waits until it is taken. Throws `OutputLost` when it never will be, here and not
 * at some later moment: a command stops where it meant to say something, not in the middle of what it does.
 */
export async function produce(text: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    process.stdout.write(text, (problem) => (problem ? reject(new OutputLost()) : resolve()))
  })
}

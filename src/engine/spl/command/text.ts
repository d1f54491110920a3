import type { Command } from '../command.ts'
import { boolean } from '../option.ts'
import { singlesOf, storedOf, textOf, type Single } from '../value.ts'
import { starsOf, wildcard } from '../wildcard.ts'

/** `strcat [allrequired=t] parts… target`: fields and quoted texts one after the other, as a field. */
export const strcat: Command = {
  kind: 'streaming',
  read: (reader) => {
    const { allrequired = false } = reader.options({ allrequired: boolean })
    const parts: { readonly text: string; readonly quoted: boolean }[] = []
    while (!reader.scanner.isEnd()) parts.push(reader.scanner.word() ?? reader.scanner.failHere('expected a field'))
    const target = parts.pop()
    if (!target || target.quoted || parts.length < 2)
      return reader.fail('"strcat" takes at least two parts and a field')
    return (rows) => {
      for (const row of rows) {
        const texts = parts.map((part) => (part.quoted ? part.text : textOf(row.get(part.text))))
        if (!allrequired || !texts.includes(null)) row.set(target.text, texts.map((each) => each ?? '').join(''))
      }
      return rows
    }
  },
}

/** `replace old WITH new, … [IN fields]`: whole values, in which stars stand for the same on both sides. */
export const replace: Command = {
  kind: 'streaming',
  read: (reader) => {
    const { scanner } = reader
    const changes: ((value: string) => string | undefined)[] = []
    do {
      const from = scanner.word() ?? scanner.failHere('expected a value')
      if (!scanner.takeKeyword('with')) scanner.failHere('expected "WITH"')
      const to = scanner.word() ?? scanner.failHere('expected a value')
      changes.push(change(from.text, to.text))
      scanner.take(',')
    } while (!scanner.isEnd() && !isIn(scanner.peekWord()?.text))
    const names = scanner.takeKeyword('in') ? reader.fieldList() : undefined
    return (rows) => {
      for (const row of rows)
        for (const name of names ?? row.names().filter((each) => !each.startsWith('_')))
          row.set(name, storedOf(singlesOf(row.get(name)).map((each) => changed(each, changes))))
      return rows
    }
  },
}

function isIn(word: string | undefined): boolean {
  return word?.toLowerCase() === 'in'
}

function changed(value: Single, changes: readonly ((value: string) => string | undefined)[]): Single {
  for (const each of changes) {
    const made = each(String(value))
    if (made !== undefined) return made
  }
  return value
}

function change(from: string, to: string): (value: string) => string | undefined {
  const test = wildcard(from)
  if (!test) return (value) => (value === from ? to : undefined)
  return (value) => {
    if (!test(value)) return undefined
    const stars = starsOf(from, value) ?? []
    let at = 0
    return to.replace(/\*/g, () => stars[at++] ?? '')
  }
}

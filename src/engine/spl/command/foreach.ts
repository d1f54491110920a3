import type { Span } from '../../../diagnostic/source.ts'
import type { Command } from '../command.ts'
import type { CommandReader } from '../command-reader.ts'
import { text } from '../option.ts'
import type { Pipeline } from '../pipeline.ts'
import { Problem } from '../problem.ts'
import type { Run } from '../run.ts'
import { Scanner } from '../scanner.ts'
import { QueryText } from '../text/query-text.ts'
import { nameTest, starsOf } from '../wildcard.ts'

/** So many different fields can a template be made for. */
const MOST_FIELDS = 1000

/**
 * `foreach fields [ eval … ]`: an eval for each field that a name with stars is true of; `<<FIELD>>` in it is the
 * field, `<<MATCHSTR>>` and `<<MATCHSEG1>>` what the stars stand for. Other modes are not run here.
 */
export const foreach: Command = {
  kind: 'streaming',
  read: (reader) => {
    const { scanner } = reader
    const { mode = 'multifield' } = reader.options({ mode: text, fieldstr: text, matchstr: text, matchseg1: text })
    if (mode !== 'multifield') reader.fail(`"foreach" with mode=${mode} is not run here`, 'use mvmap()')
    const patterns: string[] = []
    while (scanner.peek() !== '[' && !scanner.isEnd()) {
      patterns.push(reader.field())
      scanner.take(',')
    }
    const start = scanner.at
    scanner.expect('[', 'the fields')
    const from = scanner.at
    const end = closingBracket(scanner.text, from)
    if (end === -1) return scanner.fail('spl/syntax', 'a bracket that is not closed', start, start + 1)
    scanner.at = end + 1
    const template = scanner.text.slice(from, end)
    const made = new Map<string, Pipeline | undefined>()
    const place = scanner.span(start, end + 1)
    const pipelineFor = (pattern: string, name: string, run: Run): Pipeline | undefined => {
      const key = JSON.stringify([pattern, name])
      if (made.has(key) || made.size >= MOST_FIELDS) return made.get(key)
      try {
        made.set(key, read(reader, place, filled(template, pattern, name)))
      } catch (problem) {
        if (!(problem instanceof Problem)) throw problem
        made.set(key, undefined)
        run.report.fail('spl/foreach', `for the field ${name}: ${problem.message}`, place, problem.diagnostic.hint)
      }
      return made.get(key)
    }
    // What is wrong with it for any field is told before anything runs.
    read(reader, place, filled(template, patterns[0] ?? '*', 'x'))
    return (rows, run) => {
      for (const row of rows)
        for (const pattern of patterns)
          for (const name of pattern.includes('*') ? row.names().filter(nameTest([pattern])) : [pattern])
            pipelineFor(pattern, name, run)?.run([row], run)
      return rows
    }
  },
}

function filled(template: string, pattern: string, name: string): string {
  const stars = starsOf(pattern, name) ?? []
  return template
    .replaceAll('<<FIELD>>', name)
    .replaceAll('<<MATCHSTR>>', stars.join(''))
    .replace(/<<MATCHSEG([1-3])>>/g, (_, at: string) => stars[Number(at) - 1] ?? '')
}

function read(reader: CommandReader, place: Span, text: string): Pipeline {
  const scanner = new Scanner(QueryText.standingFor(place, text))
  const pipeline = reader.scope.pipeline(scanner, { generates: false, strict: true })
  if (scanner.peek() !== '') scanner.failHere('expected the end')
  if (!pipeline.streaming) reader.fail('"foreach" takes commands that work on each row alone')
  return pipeline
}

function closingBracket(text: string, from: number): number {
  let depth = 1
  for (let at = from; at < text.length; at++) {
    if (text[at] === '"') at = text.indexOf('"', at + 1) === -1 ? text.length : text.indexOf('"', at + 1)
    else if (text[at] === '[') depth++
    else if (text[at] === ']' && --depth === 0) return at
  }
  return -1
}

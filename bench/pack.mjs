// The whole pack: checked, compiled to every language, tested on its recordings in every engine.
import { interleaved, spread } from './measure.mjs'

export function measurePack(detpack, { section, row }) {
  const languages = ['eql', 'esql', 'spl']
  const runs = interleaved(
    [
      [...detpack, 'check'],
      ...languages.map((language) => [...detpack, 'compile', '-l', language]),
      [...detpack, 'test'],
    ],
    5,
  )
  const walls = runs.map((times) => times.map((one) => one.wall))
  section('the whole pack: check, compile to every language, test in every engine; wall time')
  row('check, s', spread(walls[0]))
  for (const [at, language] of languages.entries()) row(`compile to ${language}, s`, spread(walls[at + 1]))
  row('test, s', spread(walls.at(-1)))
  row('together, s (aim: under 10)', spread(walls[0].map((_, at) => walls.reduce((sum, own) => sum + own[at], 0))))
}

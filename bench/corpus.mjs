// Every file of the corpus to one query language, beside sigma-cli with pySigma.
import { spawnSync } from 'node:child_process'
import { interleaved, ratios, spread } from './measure.mjs'

/**
 * Prints the CPU of both and their ratio, start included; only detpack's where no `sigma` is on the path. Neither maps
 * a field, since what each would map is not the same.
 */
export function compileCorpus(detpack, corpus, { section, row }) {
  const ours = [...detpack, 'compile', '-l', 'lucene', '--mapping', 'none', corpus]
  // Both go on behind a rule that cannot be said.
  const theirs = ['sigma', 'convert', '-t', 'lucene', '--without-pipeline', '-s', corpus]
  section('all files of the corpus to Lucene, CPU, start included')
  if (spawnSync('sigma', ['--help']).status === 0) {
    const [a, b] = interleaved([ours, theirs], 7)
    row('detpack, s', spread(cpu(a)))
    row('sigma-cli, s', spread(cpu(b)))
    row('ratio (aim: at most 0.25)', spread(ratios(cpu(a), cpu(b)), 3))
  } else {
    const [a] = interleaved([ours], 7)
    row('detpack, s', spread(cpu(a)))
    row('sigma-cli', 'not installed (pip install sigma-cli==3.1.0 pysigma-backend-elasticsearch)')
  }
}

function cpu(figures) {
  return figures.map((one) => one.cpu)
}

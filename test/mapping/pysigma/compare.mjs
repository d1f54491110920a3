// On demand, with pySigma and its pipelines installed in the Python that $PYTHON names (`python3` without it):
//
//     node test/mapping/pysigma/compare.mjs [PIPELINE.yml...]
//
// Each rule of the corpus goes through each pipeline here and in pySigma, and the conditions are compared. Without
// arguments the published pipelines are compared, written as YAML first. Rules of which the two read something else
// before any pipeline (the modifiers, say) are left out, and counted.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { importText, root } from '../../../scripts/bundle.mjs'

const corpus = path.join(root, 'test/sigma/corpus')
const python = process.env.PYTHON ?? 'python3'
const reference = path.join(import.meta.dirname, 'reference.py')
const work = mkdtempSync(path.join(os.tmpdir(), 'detpack-pysigma-'))
try {
  const { compile } = await detpack()
  const plain = path.join(work, 'none.yml')
  writeFileSync(plain, 'name: none\n')
  const untouched = compared(plain, compile)
  const unlike = new Set(untouched.filter((one) => one.ours !== one.theirs).map(({ file }) => file))
  const before = new Map(untouched.map(({ file, theirs }) => [file, theirs]))
  const outcome = (file) => {
    const all = compared(file, compile).filter((one) => !unlike.has(one.file))
    return { all, found: all.filter((one) => one.ours !== one.theirs) }
  }
  console.log(`${unlike.size} rules are read differently before any pipeline, and left out`)
  let failed = false
  for (const file of pipelines()) {
    const { all, found } = outcome(file)
    const changed = all.filter((one) => one.theirs !== before.get(one.file) && one.theirs !== 'refused').length
    const refused = all.filter((one) => one.theirs === 'refused').length
    const verdict = found.length === 0 ? 'same' : `${found.length} DIFFER`
    console.log(
      `${path.basename(file, '.yml').padEnd(18)} ${verdict}; ${changed} changed, ${refused} refused by pySigma`,
    )
    for (const one of found.slice(0, 3))
      console.log(`  ${one.file}\n    here    ${one.ours}\n    pySigma ${one.theirs}`)
    failed ||= found.length > 0
  }
  process.exitCode = failed ? 1 : 0
} finally {
  rmSync(work, { recursive: true, force: true })
}

function pipelines() {
  if (process.argv.length > 2) return process.argv.slice(2)
  const folder = path.join(work, 'published')
  execFileSync(python, [reference, '--write', folder], { stdio: 'inherit' })
  const published = readdirSync(folder).map((name) => path.join(folder, name))
  return [path.join(import.meta.dirname, 'every-kind.yml'), ...published]
}

function compared(file, compile) {
  const answer = execFileSync(python, [reference, corpus, file], { encoding: 'utf8', maxBuffer: 1 << 28 })
  const theirs = new Map(
    answer
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
      .map((one) => [one.file, one.problem ? 'refused' : say(one)]),
  )
  const ours = compile(file, readFileSync(file, 'utf8'))
  return [...theirs].map(([name, said]) => ({ file: name, ours: ours.get(name) ?? 'refused', theirs: said }))
}

function say({ tree, fields, logsource }) {
  return JSON.stringify([normal(tree), fields, logsource])
}

/** Flat, each part once, in one order. */
function normal(tree) {
  const [kind, of] = tree
  if (kind === 'leaf') return tree
  if (kind === 'not') {
    const inner = normal(of)
    return inner[0] === 'not' ? inner[1] : ['not', inner]
  }
  const parts = of.map(normal).flatMap((each) => (each[0] === kind ? each[1] : [each]))
  const once = [...new Map(parts.map((each) => [JSON.stringify(each), each])).entries()].sort(([a], [b]) =>
    a < b ? -1 : 1,
  )
  return once.length === 1 ? once[0][1] : [kind, once.map(([, each]) => each)]
}

/** Our own side, bundled from the sources. */
async function detpack() {
  const entry = `
    export { readSigma, Source } from './src/sigma/index.ts'
    export { decodePipeline } from './src/mapping/pipeline/decode.ts'
    export { applyPipelines } from './src/mapping/pipeline/apply.ts'
    export { placeholdersOf } from './src/mapping/pipeline/placeholders.ts'
    export { plainText } from './src/mapping/pipeline/plain-value.ts'`
  const { readSigma, Source, decodePipeline, applyPipelines, placeholdersOf, plainText } = await importText(entry)
  const files = readdirSync(corpus, { recursive: true }).filter((name) => name.endsWith('.yml'))

  function compile(name, text) {
    const { pipeline, diagnostics } = decodePipeline(new Source(name, text))
    if (pipeline === undefined) throw new Error(diagnostics.map((one) => one.message).join('\n'))
    const sources = files.map((file) => new Source(file, readFileSync(path.join(corpus, file), 'utf8')))
    const { program } = readSigma(sources, { placeholders: placeholdersOf([pipeline]) })
    const { program: after } = applyPipelines(program, [pipeline])
    return new Map([...after.rules.values()].map((rule) => [rule.span.source.name, say(describe(rule))]))
  }

  function describe({ where, fields, logsource: { category, product, service } }) {
    return { tree: treeOf(where), fields, logsource: [category, product, service] }
  }

  function treeOf(of) {
    if (of.op === 'not') return ['not', treeOf(of.of)]
    if (of.op !== 'test') return [of.op, of.of.map(treeOf)]
    const name = of.subject.kind === 'field' ? of.subject.name : null
    const { test } = of
    switch (test.is) {
      case 'text':
        return [
          'leaf',
          name,
          test.cased ? 'cased' : 'text',
          plainText(name === null ? test.pattern.slice(1, -1) : test.pattern),
        ]
      case 'number':
      case 'boolean':
        return ['leaf', name, test.is, test.value]
      case 'null':
        return ['leaf', name, 'null', null]
      case 'regex': {
        const { ignoreCase, multiline, dotAll } = test.flags
        const flags = [...(dotAll ? ['d'] : []), ...(ignoreCase ? ['i'] : []), ...(multiline ? ['m'] : [])]
        return ['leaf', name, 'regex', [test.source, flags]]
      }
      case 'cidr':
        return ['leaf', name, 'cidr', test.network]
      case 'exists':
        return ['leaf', name, 'exists', test.present]
      default:
        return ['leaf', name, test.is, '']
    }
  }

  return { compile }
}

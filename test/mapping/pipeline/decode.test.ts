import fc from 'fast-check'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { decodePipeline } from '../../../src/mapping/pipeline/decode.ts'
import { toDetection, toPredicate } from '../../../src/mapping/pipeline/detection.ts'
import { readSigma, Source } from '../../../src/sigma/index.ts'
import { pipelineOf, saying } from './pipe.ts'

function said(text: string): readonly string[] {
  const { pipeline, diagnostics } = decodePipeline(new Source('p.yml', text))
  expect(pipeline === undefined).toBe(diagnostics.some((one) => one.severity === 'error'))
  for (const one of diagnostics) expect(one.span?.source.name).toBe('p.yml')
  return diagnostics.map(saying)
}

describe('a mistake in a pipeline is told with its place', () => {
  const cases: readonly [string, string, string][] = [
    ['no map', '- a', 'mapping/wrong-type: a pipeline must be a map'],
    ['an unknown key', 'transformation: []', 'mapping/unknown-key: a pipeline has no "transformation"'],
    ['a priority that is no number', 'priority: high', 'mapping/wrong-type: "priority" must be a number'],
    ['a variable that is no text', 'vars: {a: {b: c}}', 'mapping/wrong-type: "a" must be texts or numbers'],
    ['no type', pipelineOf('{id: a}'), 'mapping/missing-key: a processing item needs "type"'],
    [
      'an unknown transformation',
      pipelineOf('{type: field_mapping}'),
      'mapping/unknown-transformation: there is no transformation "field_mapping"',
    ],
    [
      'one that runs a program',
      pipelineOf('{type: command_placeholders, command: ls}'),
      'mapping/unknown-transformation: "command_placeholders" cannot be honoured',
    ],
    [
      'an unknown key of one',
      pipelineOf('{type: field_name_prefix, prefix: a, sufix: b}'),
      'mapping/unknown-key: a processing item has no "sufix"',
    ],
    [
      'a missing key of one',
      pipelineOf('{type: replace_string, regex: a}'),
      'mapping/missing-key: a processing item needs "replacement"',
    ],
    [
      'a mapping to a map',
      pipelineOf('{type: field_name_mapping, mapping: {a: {b: c}}}'),
      'mapping/wrong-type: "a" must be a field name or a list of field names',
    ],
    ['an unknown choice', pipelineOf('{type: case, method: title}'), 'mapping/wrong-type: "title" is no method'],
    [
      'a value that is no number',
      pipelineOf('{type: set_value, value: a, force_type: num}'),
      'mapping/wrong-type: "value" is no number',
    ],
    [
      'an expression with look-around',
      pipelineOf('{type: replace_string, regex: "(?=a)", replacement: b}'),
      'mapping/regex: not a usable regular expression',
    ],
    [
      'an expression without names',
      pipelineOf('{type: extract_fields, regex: "(a)"}'),
      'mapping/regex: no group has a name',
    ],
    [
      'an unknown modifier',
      pipelineOf('{type: add_condition, conditions: {a|re: b}}'),
      'mapping/unknown-modifier: "re" may not stand here',
    ],
    [
      'a condition without values',
      pipelineOf('{type: add_condition, conditions: {a: {b: c}}}'),
      'mapping/wrong-type: a condition takes a value',
    ],
    [
      'an unknown condition',
      pipelineOf('{type: set_state, key: a, val: 1, rule_conditions: [{type: product}]}'),
      'mapping/unknown-condition: there is no condition "product" here',
    ],
    [
      'a condition of another kind',
      pipelineOf('{type: set_state, key: a, val: 1, rule_conditions: [{type: is_null, cond: any}]}'),
      'mapping/unknown-condition',
    ],
    [
      'an unknown comparison',
      pipelineOf(
        '{type: set_state, key: a, val: 1, rule_conditions: [{type: processing_state, key: a, val: 1, op: is}]}',
      ),
      'mapping/wrong-type: "is" is no comparison',
    ],
    [
      'an expression and an operator',
      pipelineOf(
        '{type: set_state, key: a, val: 1, rule_conditions: {x: {type: is_sigma_rule}}, rule_cond_op: or, rule_cond_expr: x}',
      ),
      'mapping/condition-expression: "rule_cond_expr" and "rule_cond_op" exclude each other',
    ],
    [
      'an expression over a list',
      pipelineOf('{type: set_state, key: a, val: 1, rule_conditions: [{type: is_sigma_rule}], rule_cond_expr: "1"}'),
      'mapping/condition-expression: an expression needs conditions with names',
    ],
    [
      'an unknown name in one',
      pipelineOf(
        '{type: set_state, key: a, val: 1, rule_conditions: {x: {type: is_sigma_rule}}, rule_cond_expr: x or y}',
      ),
      'mapping/condition-expression: there is no condition "y"',
    ],
    [
      'a name that is not in one',
      pipelineOf(
        '{type: set_state, key: a, val: 1, rule_conditions: {x: {type: is_sigma_rule}, y: {type: is_sigma_rule}}, rule_cond_expr: x}',
      ),
      'mapping/condition-expression: the expression does not name the condition "y"',
    ],
    [
      'half an expression',
      pipelineOf(
        '{type: set_state, key: a, val: 1, rule_conditions: {x: {type: is_sigma_rule}}, rule_cond_expr: x and (}',
      ),
      'mapping/condition-expression: not a condition: a name is missing at its end',
    ],
    [
      'a placeholder with a condition',
      pipelineOf('{type: wildcard_placeholders, rule_conditions: [{type: is_sigma_rule}]}'),
      'mapping/placeholder-condition',
    ],
    [
      'include beside exclude',
      pipelineOf('{type: wildcard_placeholders, include: [a], exclude: [b]}'),
      'mapping/wrong-type: "include" and "exclude" exclude each other',
    ],
    [
      'changes of the query',
      'postprocessing: [{type: replace, pattern: a, replacement: b}]',
      'mapping/postprocessing: the text of a query is not changed afterwards',
    ],
    [
      'a mistake in a nested item',
      pipelineOf('{type: nest, items: [{type: nothing}]}'),
      'mapping/unknown-transformation: there is no transformation "nothing"',
    ],
  ]
  it.each(cases)('%s', (_name, text, wanted) => {
    expect(said(text).join('\n')).toContain(wanted)
  })

  it('but finalizers are only passed over, and other languages are not asked', () => {
    expect(said('finalizers: [{type: concat}]')).toEqual(['mapping/finalizers: finalizers are passed over'])
    expect(said('name: a\nallowed_backends: [splunk]\npostprocessing: []')).toEqual([])
  })
})

it('never throws, whatever the file holds', () => {
  const text = readFileSync(new URL('../pysigma/every-kind.yml', import.meta.url), 'utf8')
  const piece = fc.tuple(
    fc.nat(text.length),
    fc.nat(60),
    fc.constantFrom('', ': ', '[', '}', '- ', 'null', '5', '\n', '"', 'type'),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 4 }), (pieces) => {
      let changed = text
      for (const [at, length, other] of pieces) changed = changed.slice(0, at) + other + changed.slice(at + length)
      decodePipeline(new Source('p.yml', changed))
    }),
    { numRuns: 150 },
  )
})

it('finds the items of published rules, and gives the same conditions back', () => {
  const corpus = new URL('../../sigma/corpus/', import.meta.url)
  const files = readdirSync(corpus, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.yml'))
  const sources = files.map((file) => new Source(file, readFileSync(new URL(file, corpus), 'utf8')))
  let rules = 0
  for (const rule of readSigma(sources).program.rules.values()) {
    if (rule.kind !== 'event') continue
    rules++
    expect(toPredicate(toDetection(rule.where))).toEqual(rule.where)
  }
  expect(rules).toBeGreaterThan(600)
})

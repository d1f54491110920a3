import { describe, expect, it } from 'vitest'
import { pipe, pipelineOf, rule, where } from './pipe.ts'

describe('names of fields', () => {
  const mapping = '{type: field_name_mapping, mapping: {Image: process.executable, CommandLine: [a, b], null: message}}'

  it('are mapped to one name or to any of several', () => {
    expect(where('{Image: x}', mapping)).toBe('process.executable ~ "x"')
    expect(where('{CommandLine: [x, y]}', mapping)).toBe('a ~ "x" or a ~ "y" or b ~ "x" or b ~ "y"')
    expect(where('{CommandLine|contains|all: [x, y]}', mapping)).toBe(
      '(a ~ *"x"* and a ~ *"y"*) or (b ~ *"x"* and b ~ *"y"*)',
    )
    expect(where('[x]', mapping)).toBe('message ~ *"x"*')
  })

  it('are mapped where one field is compared with another, and in the list of fields', () => {
    expect(where('{Image|fieldref: CommandLine}', mapping)).toBe(
      'process.executable equals field a or process.executable equals field b',
    )
    expect(pipe(rule('{Image: x}'), pipelineOf(mapping)).fields).toEqual(['process.executable', 'User'])
  })

  it('get a beginning or an end', () => {
    expect(where('{Image: x}', '{type: field_name_prefix, prefix: w.}')).toBe('w.Image ~ "x"')
    expect(where('{Image: x}', '{type: field_name_suffix, suffix: .text}')).toBe('Image.text ~ "x"')
    expect(where('{Image: x, Hash: y}', '{type: field_name_prefix_mapping, mapping: {Im: [a., b.]}}')).toBe(
      '(a.age ~ "x" or b.age ~ "x") and Hash ~ "y"',
    )
  })

  it('are mapped in keys and measures of correlations, which keep the names of their keys', () => {
    const count = `---
title: C
correlation: {type: value_count, rules: [base], group-by: [Image], timespan: 5m, condition: {gte: 3, field: User}}
`
    const { rules, said } = pipe(
      rule('{Image: x}', `name: base\n${count}`),
      pipelineOf('{type: field_name_mapping, mapping: {Image: process.executable, User: user.name}}'),
    )
    expect(said).toEqual([])
    expect(rules[1]).toContain('distinct of user.name in base gte 3')
    expect(rules[1]).toContain('by Image (base.process.executable)')
  })

  it('must stay one in a correlation', () => {
    const count =
      '---\ntitle: C\ncorrelation: {type: event_count, rules: [base], group-by: [Image], timespan: 5m, condition: {gte: 3}}\n'
    const { said } = pipe(
      rule('{Image: x}', `name: base\n${count}`),
      pipelineOf('{type: field_name_mapping, mapping: {Image: [a, b]}}'),
    )
    expect(said).toEqual(['mapping/ambiguous-field: "Image" must be one field in a correlation, not 2'])
  })
})

describe('values', () => {
  it('are replaced by a regular expression, as one text or only between wildcards', () => {
    expect(where("{Image: '*\\x.exe'}", "{type: replace_string, regex: '^\\*\\\\(\\w+)', replacement: '*/\\1'}")).toBe(
      'Image ~ *"/x.exe"',
    )
    expect(where('{Image: a*a?}', '{type: replace_string, regex: a, replacement: "b*", skip_special: true}')).toBe(
      'Image ~ "b*"*"b*"?',
    )
    expect(
      where(
        '{Image: a?}',
        '{type: replace_string, regex: a, replacement: "b*", skip_special: true, interpret_special: true}',
      ),
    ).toBe('Image ~ "b"?*')
    expect(where('{EventID: 5}', '{type: replace_string, regex: "5", replacement: "7"}')).toBe('EventID ~ "7"')
  })

  it('keep the case that they must have', () => {
    expect(where('{Image|cased: Aa}', '{type: replace_string, regex: A, replacement: b}')).toBe('Image = "ba"')
    expect(where('{Image: Aa}', '{type: regex, method: plain}')).toBe('Image = "Aa"')
    expect(where('{Image: Aa}', '{type: regex}')).toBe('Image ~ "Aa"')
  })

  it('are exchanged, set, and turned into another type', () => {
    expect(where('{Image: [x, y]}', '{type: map_string, mapping: {x: [p, "q*"]}}')).toBe(
      'Image ~ "p" or Image ~ "q"* or Image ~ "y"',
    )
    expect(where('{Image: x}', '{type: set_value, value: 5}')).toBe('Image = 5')
    expect(where('{Image: x}', '{type: set_value, value: 5, force_type: str}')).toBe('Image ~ "5"')
    expect(where('{Image: x}', '{type: set_value, value: null}')).toBe('Image is null')
    expect(where('{EventID: 5}', '{type: convert_type, target_type: str}')).toBe('EventID ~ "5"')
    expect(where('{EventID: "5"}', '{type: convert_type, target_type: num}')).toBe('EventID = 5')
    expect(where('{EventID: "5a"}', '{type: convert_type, target_type: num}')).toBe(
      'mapping/pipeline-failure: "5a" is no whole number',
    )
  })

  it('change their letters', () => {
    expect(where('{eventName: PutObject}', '{type: case, method: snake_case}')).toBe('eventName ~ "put_object"')
    expect(where('{eventName: Ab*Cd}', '{type: case, method: upper}')).toBe('eventName ~ "AB"*"CD"')
  })

  it('that are hashes become fields', () => {
    const md5 = 'd41d8cd98f00b204e9800998ecf8427e'
    const hashes = '{type: hashes_fields, valid_hash_algos: [MD5, SHA1], field_prefix: File}'
    expect(where(`{Hashes|contains: ["MD5=${md5}", "SHA1=aa"]}`, hashes)).toBe(`FileMD5 ~ "${md5}" or FileSHA1 ~ "aa"`)
    expect(
      where(
        `{Hashes: ${md5}}`,
        '{type: hashes_fields, valid_hash_algos: [MD5], field_prefix: h, drop_algo_prefix: true}',
      ),
    ).toBe(`h ~ "${md5}"`)
    expect(where('{Hashes: "SHA256=aa"}', hashes)).toBe(
      'mapping/pipeline-failure: no hash of a known algorithm in "Hashes"',
    )
  })

  it('are taken apart by the names of groups', () => {
    const extract = '{type: extract_fields, regex: "(?P<type>[A-Z]+):(?P<value>\\\\d+)", field_prefix: reg}'
    expect(where('{Details: ["DWORD:12", "x"]}', extract)).toBe('reg.type ~ "DWORD" and reg.value = 12')
    expect(where('{Details: ["DWORD:01", "x"]}', extract.replace('}', ', preserve_unmatched: true}'))).toBe(
      '(reg.type ~ "DWORD" and reg.value ~ "01") or Details ~ "x"',
    )
  })
})

describe('rules', () => {
  it('get a condition, filled in from their log source', () => {
    expect(
      where('{Image: x}', '{type: add_condition, conditions: {a: [$product, 2], b|startswith: "$$s"}, template: true}'),
    ).toBe('(a ~ "windows" or a = 2) and b ~ "$s"* and Image ~ "x"')
    expect(where('{Image: x}', '{type: add_condition, conditions: {a: 1}, negated: true}')).toBe(
      'not a = 1 and Image ~ "x"',
    )
    expect(where('{Image: x}', '{type: add_condition, conditions: {null: key}}')).toBe(
      '<message> ~ *"key"* and Image ~ "x"',
    )
  })

  it('lose items, and what stands around these holds without them', () => {
    const drop = '{type: drop_detection_item, field_name_conditions: [{type: include_fields, fields: [Image]}]}'
    expect(where('{Image: x, User: y}', drop)).toBe('User ~ "y"')
    expect(where('[{Image: x}, {User: y}]', drop)).toBe('User ~ "y"')
    const { rules } = pipe(
      rule('{User: y}', '', 'selection and not other').replace('  condition', '  other: {Image: x}\n  condition'),
      pipelineOf(drop),
    )
    expect(rules[0]).toContain('where User ~ "y"')
    expect(where('{Image: x}', drop)).toBe('mapping/pipeline-failure: nothing of "T" is left')
  })

  it('get another log source and other fields to show', () => {
    const { rules, fields } = pipe(
      rule('{Image: x}'),
      pipelineOf(
        '{type: change_logsource, product: p, service: s}',
        '{type: add_field, field: [a, b]}',
        '{type: remove_field, field: [Image, no]}',
      ),
    )
    expect(rules[0]).toContain('source */p/s')
    expect(fields).toEqual(['User', 'a', 'b'])
    expect(pipe(rule('{Image: x}'), pipelineOf('{type: set_field, fields: [c]}')).fields).toEqual(['c'])
  })

  it('are refused by a pipeline in its own words, and so is what needs them', () => {
    const more =
      'name: base\n---\ntitle: C\ncorrelation: {type: event_count, rules: [base], group-by: [User], timespan: 5m, condition: {gte: 3}}\n'
    const { rules, said } = pipe(rule('{Image: x}', more), pipelineOf('{type: rule_failure, message: not here}'))
    expect(rules).toEqual([])
    expect(said).toEqual(['mapping/pipeline-failure: not here', 'mapping/left-out: "C" is left out, because "T" is'])
    expect(
      where(
        '{Image: x}',
        '{type: detection_item_failure, message: no, field_name_conditions: [{type: include_fields, fields: [Image]}]}',
      ),
    ).toBe('mapping/pipeline-failure: no')
    expect(
      where(
        '{Image: x, b: y}',
        '{type: field_name_mapping, mapping: {Image: a}}',
        '{type: strict_field_mapping_failure}',
      ),
    ).toBe('mapping/pipeline-failure: the field "b" is not mapped')
  })

  it('have their placeholders filled in', () => {
    const rules = rule('{User|expand: ["%known%", "%other%"]}')
    const pipeline = `vars: {known: [anna, "b*"], unused: 5}\n${pipelineOf('{type: value_placeholders, include: [known]}', '{type: wildcard_placeholders}')}`
    expect(pipe(rules, pipeline).rules[0]).toContain('where User ~ "anna" or User ~ "b"* or User ~ *')
    expect(pipe(rules, pipelineOf('{type: wildcard_placeholders, exclude: [other]}')).said).toEqual([
      'sigma/unresolved-placeholder: the placeholder %other% has no values',
    ])
    expect(pipe(rule('{User|re|expand: "^%known%$"}'), pipeline).rules[0]).toContain('matches /^anna$/')
  })
})

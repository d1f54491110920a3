import { describe, expect, it } from 'vitest'
import { pipe, pipelineOf, rule, where } from './pipe.ts'

/** Whether a transformation with these conditions is applied to a rule with this selection. */
function applies(conditions: string, selection = '{Image: x}', before: readonly string[] = []): boolean {
  return where(selection, ...before, `{id: it, type: set_state, key: k, val: 1, ${conditions}}`, MARK).startsWith(
    'marked',
  )
}
const MARK =
  '{type: add_condition, conditions: {marked: 1}, rule_conditions: [{type: processing_item_applied, processing_item_id: it}]}'

describe('conditions on rules', () => {
  it.each([
    ['{type: logsource, product: windows}', true],
    ['{type: logsource, product: windows, service: x}', false],
    ['{type: contains_field, field: Image}', true],
    ['{type: contains_field, field: User}', false],
    ['{type: contains_detection_item, field: Image, value: x}', true],
    ['{type: contains_detection_item, field: Image, value: X}', false],
    ['{type: is_sigma_rule}', true],
    ['{type: is_sigma_correlation_rule}', false],
    ['{type: tag, tag: attack.t1059}', true],
    ['{type: tag, tag: attack.t1}', false],
    ['{type: rule_attribute, attribute: level, value: medium, op: gte}', true],
    ['{type: rule_attribute, attribute: level, value: high, op: gt}', false],
    ['{type: rule_attribute, attribute: title, value: T}', true],
    ['{type: rule_attribute, attribute: tags, value: attack.t1059, op: in}', true],
    ['{type: rule_attribute, attribute: author, value: x}', false],
    ['{type: processing_item_applied, processing_item_id: first}', true],
    ['{type: processing_item_applied, processing_item_id: second}', false],
    ['{type: processing_state, key: s, val: 2}', true],
    ['{type: processing_state, key: s, val: 1, op: gt}', true],
    ['{type: processing_state, key: s, val: 2, op: ne}', false],
    ['{type: processing_state, key: none, val: 2, op: ne}', false],
  ])('%s: %s', (condition, wanted) => {
    const before = ['{id: first, type: set_state, key: s, val: 2}']
    expect(applies(`rule_conditions: [${condition}]`, '{Image: x}', before)).toBe(wanted)
  })

  it('are joined by and, by or, turned round, or by an expression', () => {
    const windows = '{type: logsource, product: windows}'
    const linux = '{type: logsource, product: linux}'
    expect(applies(`rule_conditions: [${windows}, ${linux}]`)).toBe(false)
    expect(applies(`rule_conditions: [${windows}, ${linux}], rule_cond_op: or`)).toBe(true)
    expect(applies(`rule_conditions: [${linux}], rule_cond_not: true`)).toBe(true)
    expect(applies(`rule_conditions: {w: ${windows}, l: ${linux}}, rule_cond_expr: w and not (l)`)).toBe(true)
    expect(applies(`rule_conditions: {w: ${windows}, l: ${linux}}, rule_cond_expr: not w or l`)).toBe(false)
    expect(applies('rule_cond_not: true')).toBe(true)
  })

  it('on the log source hold of a correlation when they hold of a rule that it names', () => {
    const more =
      'name: base\n---\ntitle: C\ncorrelation: {type: event_count, rules: [base], group-by: [User], timespan: 5m, condition: {gte: 3}}\n'
    const mapping = (product: string) =>
      pipelineOf(
        `{type: field_name_mapping, mapping: {User: u}, rule_conditions: [{type: logsource, product: ${product}}]}`,
      )
    expect(pipe(rule('{Image: x}', more), mapping('windows')).rules[1]).toContain('by User (base.u)')
    expect(pipe(rule('{Image: x}', more), mapping('linux')).rules[1]).toMatch(/by User$/m)
  })
})

describe('conditions on items and fields', () => {
  const change = (conditions: string, selection: string): string =>
    where(selection, `{type: set_value, value: changed, ${conditions}}`)
  const item = (condition: string, selection: string): string =>
    change(`detection_item_conditions: [${condition}]`, selection)
  const fields = (condition: string, selection: string): string =>
    change(`field_name_conditions: [${condition}]`, selection)

  it('ask the values', () => {
    expect(item('{type: match_string, cond: any, pattern: "a"}', '{Image: [ab, b]}')).toBe(
      'Image ~ "changed" or Image ~ "changed"',
    )
    expect(item('{type: match_string, cond: all, pattern: "a"}', '{Image: [ab, b]}')).toBe(
      'Image ~ "ab" or Image ~ "b"',
    )
    expect(item('{type: match_string, cond: any, pattern: "a", negate: true}', '{Image: ab}')).toBe('Image ~ "ab"')
    expect(item('{type: match_value, cond: any, value: 5}', '{Image: 5}')).toBe('Image ~ "changed"')
    expect(item('{type: match_value, cond: any, value: 5}', '{Image: "5"}')).toBe('Image ~ "5"')
    expect(item('{type: is_null, cond: all}', '{Image: null}')).toBe('Image ~ "changed"')
    expect(item('{type: contains_wildcard, cond: any}', '{Image|contains: x}')).toBe('Image ~ "changed"')
    expect(item('{type: contains_wildcard, cond: any}', '{Image: x}')).toBe('Image ~ "x"')
  })

  it('ask the name of the field', () => {
    expect(fields('{type: include_fields, fields: [A]}', '{A: x, B: y}')).toBe('A ~ "changed" and B ~ "y"')
    expect(fields('{type: exclude_fields, fields: [A]}', '{A: x, B: y}')).toBe('A ~ "x" and B ~ "changed"')
    expect(fields('{type: include_fields, fields: ["A.*"], mode: re}', '{AB: x, BA: y}')).toBe(
      'AB ~ "changed" and BA ~ "y"',
    )
  })

  it('ask what was done to an item before, in nested pipelines too', () => {
    const prefix =
      '{type: field_name_prefix, prefix: w., field_name_conditions: [{type: processing_item_applied, processing_item_id: map}], field_name_cond_not: true}'
    expect(where('{A: x, B: y}', '{id: map, type: field_name_mapping, mapping: {A: a}}', prefix)).toBe(
      'a ~ "x" and w.B ~ "y"',
    )
    const nest =
      '{type: nest, items: [{id: map, type: field_name_mapping, mapping: {A: [a, b]}}, {type: set_state, key: k, val: 1}]}'
    expect(where('{A: x, B: y}', nest, prefix)).toBe('(a ~ "x" or b ~ "x") and w.B ~ "y"')
    expect(applies('rule_conditions: [{type: processing_state, key: k, val: 1}]', '{A: x}', [nest])).toBe(true)
  })
})

it('runs pipelines by priority, then by name, with the variables of all', () => {
  const first = `priority: 20\n${pipelineOf('{type: field_name_prefix, prefix: b.}')}`
  const second = `priority: 10\n${pipelineOf('{type: field_name_prefix, prefix: a.}')}`
  expect(pipe(rule('{Image: x}'), first, second).rules[0]).toContain('where b.a.Image')
  const same = pipelineOf('{type: field_name_prefix, prefix: c.}')
  expect(pipe(rule('{Image: x}'), first, second, same).rules[0]).toContain('where b.a.c.Image')
})

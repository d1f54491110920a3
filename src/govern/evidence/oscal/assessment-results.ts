import type { JsonObject } from '../../../event/field.ts'
import { formatTime } from '../../../event/record.ts'
import { GAPS, GAP_KINDS, type Gap, type GapKind } from '../../trace/gap.ts'
import type { ControlResult, Evidence } from '../model.ts'
import { controlId, head, listed, partyOf, property } from './document.ts'
import { uuidOf } from './uuid.ts'

/**
 * Each review and outcome as an entry of the assessment log, each gap as an observation, each control as a finding.
 *
 * @param digests of the files beside it, by name
 */
export function assessmentResults(evidence: Evidence, digests: ReadonlyMap<string, string>): JsonObject {
  const { history, period, reviews, gaps, controls, asOf } = evidence
  const name = `${history.pack.name} ${period.name}`
  const observed = new Map(GAP_KINDS.map((kind) => [kind, observable(gaps.filter((each) => each.kind === kind))]))
  const result = {
    uuid: uuidOf('result', name),
    title: `Evidence of ${period.name}`,
    description: `What is known of the pack ${history.pack.name} and its alerts from ${formatTime(period.from)} on.`,
    start: formatTime(period.from),
    end: formatTime(asOf),
    'reviewed-controls': {
      'control-selections': [
        {
          'include-controls': [...new Set(controls.map(({ control }) => controlId(control)))].map((id) => ({
            'control-id': id,
          })),
        },
      ],
    },
    ...(reviews.length > 0 && { 'assessment-log': { entries: reviews.flatMap(logOf) } }),
    ...listed(
      'observations',
      [...observed.values()].flat().map((each) => observation(each, evidence)),
    ),
    ...listed(
      'findings',
      controls.map((each) => finding(each, observed)),
    ),
  }
  const resources = [...digests].map(([file, digest]) => ({
    uuid: uuidOf('resource', file),
    title: file,
    rlinks: [{ href: `../${file}`, hashes: [{ algorithm: 'SHA-256', value: digest }] }],
  }))
  return {
    'assessment-results': {
      ...head(evidence, 'Assessment results'),
      'import-ap': { href: `#${uuidOf('plan', name)}` },
      results: [result],
      'back-matter': {
        resources: [
          { uuid: uuidOf('plan', name), title: 'The plan: controls and kinds of evidence as detpack maps them' },
          ...resources,
        ],
      },
    },
  }
}

type Logged = Evidence['reviews'][number]

function logOf({ period, startedAt, startedBy, start, outcomes, closed }: Logged): readonly JsonObject[] {
  const entry = (name: string, title: string, at: number, by: string, props: readonly JsonObject[]): JsonObject => ({
    uuid: uuidOf('log', period, name),
    title,
    start: formatTime(at as Logged['startedAt']),
    'logged-by': [{ 'party-uuid': partyOf(by), 'role-id': 'reviewer' }],
    ...listed('props', props),
  })
  const about = [property('seed', start.seed), property('population-sha256', start.digest)]
  return [
    entry('start', `Review of ${period} started: ${start.sample.length} items drawn`, startedAt, startedBy, about),
    ...[...outcomes.values()].map(({ item, outcome, at, by, follow }) =>
      entry(item, `${item}: ${outcome}`, at, by, [
        property('outcome', outcome),
        ...(follow === '' ? [] : [property('follow-up', follow)]),
      ]),
    ),
    ...(closed === null
      ? []
      : [
          entry('close', `Review of ${period} closed`, closed.at, closed.by, [
            property('conclusion', closed.conclusion),
          ]),
        ]),
  ]
}

/** Of very many gaps of a kind, one observation tells all: they are in a table beside it. */
const MOST = 100

function observable(gaps: readonly Gap[]): readonly Gap[] {
  const [first] = gaps
  if (first === undefined || gaps.length <= MOST) return gaps
  const detail = `${gaps.length} of them, the first ${first.subject}; gaps.csv has all`
  return [{ kind: first.kind, subject: `${gaps.length} in all`, detail }]
}

function observation({ kind, subject, detail }: Gap, { asOf, parts }: Evidence): JsonObject {
  return {
    uuid: uuidOf('gap', kind, subject, detail),
    title: `${GAPS[kind].title}: ${subject}`,
    description: detail === '' ? subject : detail,
    methods: ['EXAMINE'],
    types: ['finding'],
    collected: formatTime(asOf),
    props: [property('gap', kind), property('evidence', GAPS[kind].evidence)],
    'relevant-evidence': [
      { href: `#${uuidOf('resource', parts[GAPS[kind].evidence].file)}`, description: 'All that it was looked for in' },
    ],
  }
}

function finding(
  { framework, control, satisfied, gaps }: ControlResult,
  observed: ReadonlyMap<GapKind, readonly Gap[]>,
): JsonObject {
  const related = [...observed.values()]
    .flat()
    .filter(({ kind }) => (control.evidence as readonly string[]).includes(GAPS[kind].evidence))
    .map(({ kind, subject, detail }) => ({ 'observation-uuid': uuidOf('gap', kind, subject, detail) }))
  return {
    uuid: uuidOf('finding', framework.id, control.id),
    title: `${framework.title} ${control.id}: ${control.title}`,
    description: `${gaps.length} gaps in the evidence (${control.evidence.join(', ')}), which is ${control.strength}.`,
    target: {
      type: 'objective-id',
      'target-id': controlId(control),
      status: { state: satisfied ? 'satisfied' : 'not-satisfied' },
    },
    ...listed('related-observations', related),
  }
}

import { dropInAssignments, inWords, type Proposal } from './proposal.ts'

/** The drop-in as it would be written to `UNIT.d/50-detpack.conf`, with the evidence for each entry as comments. */
export function renderDropIn(proposal: Proposal): string {
  const { observation, linuxCapabilities, lines, doubts } = proposal
  const { unit, phases, hosts, refused } = observation
  const comments = new Map<string, readonly string[]>([
    [
      'CapabilityBoundingSet',
      [
        ...linuxCapabilities.map(({ name, why, evidence }) => `${name}: ${evidence === null ? 'kept: ' : ''}${why}`),
        ...[...refused.succeeded].map(
          ([name, one]) => `without ${name}: refused, and the call did without: ${inWords(one)}`,
        ),
        ...[...refused.denied].map(
          ([name, one]) => `without ${name}: refused, and the call failed, an attempt: ${inWords(one)}`,
        ),
      ],
    ],
    ...[...new Set(lines.map(({ key }) => key))].map((key): readonly [string, readonly string[]] => [
      key,
      [...new Set(lines.filter((one) => one.key === key).map(({ why }) => why))],
    ]),
  ])
  const text = [
    `# ${unit}, as it was seen on ${hosts.join(', ')}: ${phases.starts} starts, ${phases.reloads} reloads, ${phases.rotations} rotations of logs.`,
    '# A proposal: somebody else than its author approves it.',
    ...doubts.map((doubt) => `# Doubt: ${doubt}.`),
    '[Service]',
  ]
  const told = new Set<string>()
  for (const { key, value } of dropInAssignments(linuxCapabilities, lines)) {
    if (!told.has(key)) text.push(...(comments.get(key) ?? []).map((comment) => `# ${comment}`))
    told.add(key)
    text.push(`${key}=${value}`)
  }
  return `${text.map(oneLine).join('\n')}\n`
}

/** Names of programs and hosts come from outside: none of them begins a line of its own, or goes on to the next. */
function oneLine(line: string): string {
  return line.replace(/[\u0000-\u001f\u007f]/g, '\ufffd').replace(/\\+$/, '')
}

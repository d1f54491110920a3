import { CONTROLS } from './baseline.ts'

/** What evidence is about; each is a part of the report and a file beside it. */
export const EVIDENCE_KINDS = [
  'trace',
  'baselines',
  'tests',
  'changes',
  'coverage',
  'hosts',
  'alerts',
  'reviews',
  'exceptions',
  'metrics',
  'attestation',
] as const
export type EvidenceKind = (typeof EVIDENCE_KINDS)[number]

/** A control of a framework, and the evidence that serves it. */
export interface FrameworkControl {
  readonly id: string
  readonly title: string
  /** How far the evidence goes: to the control itself, beside others, or to a part of it. */
  readonly strength: 'direct' | 'supports' | 'partial'
  readonly evidence: readonly EvidenceKind[]
}

export interface Framework {
  readonly id: string
  readonly title: string
  readonly controls: readonly FrameworkControl[]
}

function control(
  id: string,
  title: string,
  strength: FrameworkControl['strength'],
  evidence: readonly EvidenceKind[],
): FrameworkControl {
  return { id, title, strength, evidence }
}

/**
 * Which control of which framework the evidence serves: ids and short titles only. A mapping is a judgement: an adopter checks
 * it with their auditor. Of OWASP's list, ASI04 (supply chain), ASI06 (memory poisoning), ASI07 (messages between agents) and
 * ASI09 (human trust) are not served and left out.
 */
export const FRAMEWORKS: readonly Framework[] = [
  {
    id: 'detpack-baseline',
    title: 'detpack baseline',
    controls: [
      control('DP-1', CONTROLS['DP-1'].title, 'direct', ['baselines', 'reviews', 'hosts']),
      control('DP-2', CONTROLS['DP-2'].title, 'direct', ['baselines', 'hosts']),
      control('DP-3', CONTROLS['DP-3'].title, 'direct', ['baselines', 'alerts']),
      control('DP-4', CONTROLS['DP-4'].title, 'direct', ['reviews']),
      control('DP-5', CONTROLS['DP-5'].title, 'direct', ['trace', 'tests']),
      control('DP-6', CONTROLS['DP-6'].title, 'direct', ['coverage', 'hosts']),
      control('DP-7', CONTROLS['DP-7'].title, 'direct', ['coverage', 'hosts']),
      control('DP-8', CONTROLS['DP-8'].title, 'direct', ['exceptions']),
    ],
  },
  {
    id: 'soc2-tsc-2017-rev2022',
    title: 'SOC 2 (TSC 2017, points of focus 2022)',
    controls: [
      control('CC3.2', 'Risk identification and analysis', 'direct', ['trace', 'baselines']),
      control('CC4.1', 'Ongoing and separate evaluations', 'direct', ['reviews', 'coverage', 'metrics']),
      control('CC4.2', 'Deficiencies communicated', 'supports', ['reviews', 'exceptions']),
      control('CC6.1', 'Logical access security', 'supports', ['baselines', 'hosts']),
      control('CC6.3', 'Least privilege and change of access', 'direct', ['baselines', 'changes', 'hosts']),
      control('CC6.8', 'Unauthorised or malicious software', 'supports', ['alerts', 'tests', 'coverage']),
      control('CC7.1', 'Detection of configuration change and new weakness', 'direct', [
        'baselines',
        'coverage',
        'changes',
        'hosts',
      ]),
      control('CC7.2', 'Monitoring for anomalies', 'direct', ['coverage', 'alerts', 'reviews', 'tests']),
      control('CC7.3', 'Evaluation of events', 'direct', ['alerts', 'reviews', 'metrics']),
      control('CC7.4', 'Response to incidents', 'supports', ['alerts', 'exceptions']),
      control('CC8.1', 'Change management', 'direct', ['changes', 'tests', 'attestation']),
    ],
  },
  {
    id: 'nist-800-53-r5',
    title: 'NIST SP 800-53 rev. 5',
    controls: [
      control('AC-6', 'Least Privilege', 'direct', ['baselines', 'hosts']),
      control('AC-6(7)', 'Review of User Privileges', 'direct', ['reviews', 'baselines']),
      control('AC-6(9)', 'Log Use of Privileged Functions', 'direct', ['coverage', 'hosts']),
      control('AU-2', 'Event Logging', 'direct', ['coverage', 'hosts']),
      control('AU-5', 'Response to Audit Logging Process Failures', 'direct', ['coverage', 'hosts']),
      control('AU-6', 'Audit Record Review, Analysis, and Reporting', 'direct', ['reviews', 'alerts']),
      control('AU-6(3)', 'Correlate Audit Record Repositories', 'supports', ['tests', 'alerts']),
      control('AU-9', 'Protection of Audit Information', 'supports', ['attestation', 'coverage', 'hosts']),
      control('AU-10', 'Non-repudiation', 'supports', ['attestation', 'reviews']),
      control('AU-12', 'Audit Record Generation', 'direct', ['coverage', 'hosts']),
      control('CA-7', 'Continuous Monitoring', 'direct', ['coverage', 'reviews', 'metrics']),
      control('CM-3', 'Configuration Change Control', 'direct', ['changes']),
      control('CM-6', 'Configuration Settings', 'direct', ['baselines', 'exceptions', 'hosts']),
      control('CM-7', 'Least Functionality', 'supports', ['baselines', 'hosts']),
      control('IR-4', 'Incident Handling', 'supports', ['alerts']),
      control('RA-3', 'Risk Assessment', 'supports', ['trace']),
      control('SI-4', 'System Monitoring', 'direct', ['coverage', 'alerts', 'tests']),
      control('SI-4(4)', 'Inbound and Outbound Communications Traffic', 'partial', ['alerts']),
    ],
  },
  {
    id: 'iso-27001-2022',
    title: 'ISO/IEC 27001:2022',
    controls: [
      control('A.5.25', 'Assessment and decision on events', 'direct', ['alerts']),
      control('A.5.28', 'Collection of evidence', 'supports', ['attestation', 'alerts']),
      control('A.8.2', 'Privileged access rights', 'direct', ['baselines', 'reviews']),
      control('A.8.9', 'Configuration management', 'direct', ['baselines', 'changes', 'hosts']),
      control('A.8.15', 'Logging', 'direct', ['coverage', 'hosts']),
      control('A.8.16', 'Monitoring activities', 'direct', ['coverage', 'alerts', 'reviews']),
      control('A.8.18', 'Use of privileged utility programs', 'direct', ['alerts', 'baselines']),
      control('A.8.32', 'Change management', 'direct', ['changes']),
    ],
  },
  {
    id: 'eu-ai-act-2024-1689',
    title: 'EU AI Act (2024/1689)',
    controls: [
      control('Art.9', 'Risk management system', 'partial', ['trace']),
      control('Art.12', 'Record-keeping (automatic logging of events)', 'supports', ['coverage', 'hosts']),
      control('Art.14', 'Human oversight', 'partial', ['reviews']),
      control('Art.19', 'Logs kept by providers (six months at least)', 'supports', ['coverage']),
      control('Art.26', 'Deployers monitor use and keep logs (six months at least)', 'supports', [
        'coverage',
        'reviews',
      ]),
    ],
  },
  {
    id: 'nist-ai-rmf-1-0',
    title: 'NIST AI RMF 1.0',
    controls: [
      control('GOVERN-1.5', 'Ongoing monitoring and periodic review', 'direct', ['reviews']),
      control('MAP-3.5', 'Processes for human oversight', 'partial', ['reviews', 'baselines']),
      control('MEASURE-2.4', 'Behaviour in production monitored', 'direct', ['coverage', 'alerts']),
      control('MEASURE-2.7', 'Security and resilience evaluated', 'supports', ['tests']),
      control('MEASURE-3.1', 'Emergent risks tracked', 'supports', ['trace', 'reviews']),
      control('MANAGE-4.1', 'Post-deployment monitoring', 'direct', ['coverage', 'alerts']),
    ],
  },
  {
    id: 'owasp-agentic-2026',
    title: 'OWASP Top 10 for Agentic Applications 2026',
    controls: [
      control('ASI01', 'Agent Goal Hijack', 'partial', ['alerts', 'tests']),
      control('ASI02', 'Tool Misuse and Exploitation', 'direct', ['alerts', 'baselines', 'tests']),
      control('ASI03', 'Identity and Privilege Abuse', 'direct', ['alerts', 'baselines']),
      control('ASI05', 'Unexpected Code Execution', 'direct', ['alerts', 'tests']),
      control('ASI08', 'Cascading Failures', 'partial', ['alerts']),
      control('ASI10', 'Rogue Agents', 'direct', ['alerts', 'baselines']),
    ],
  },
  {
    id: 'mitre-attack-mitigations',
    title: 'MITRE ATT&CK mitigations',
    controls: [
      control('M1026', 'Privileged Account Management', 'supports', ['baselines']),
      control('M1028', 'Operating System Configuration', 'supports', ['baselines', 'hosts']),
      control('M1047', 'Audit', 'direct', ['reviews', 'coverage', 'hosts']),
      control('M1048', 'Application Isolation and Sandboxing', 'supports', ['baselines', 'hosts']),
    ],
  },
  {
    id: 'mitre-d3fend',
    title: 'MITRE D3FEND',
    controls: [
      control('D3-SCA', 'System Call Analysis', 'direct', ['tests', 'alerts']),
      control('D3-SCF', 'System Call Filtering', 'supports', ['baselines', 'hosts']),
      control('D3-PLA', 'Process Lineage Analysis', 'direct', ['alerts']),
      control('D3-PSA', 'Process Spawn Analysis', 'direct', ['alerts']),
      control('D3-SDM', 'System Daemon Monitoring', 'direct', ['coverage', 'baselines', 'hosts']),
    ],
  },
]

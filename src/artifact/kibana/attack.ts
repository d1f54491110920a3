/**
 * Names and tactics of the ATT&CK techniques that rules for Linux hosts and agents use: Enterprise matrix, version 19,
 * which parted Defense Evasion into Stealth and Defense Impairment; the older names stay for older rules. Kibana wants
 * the name beside the id. A technique that is not here stays a plain tag of the rule.
 *
 * ATT&CK ids and names: © The MITRE Corporation, reproduced under the ATT&CK terms of use.
 */
export interface Tactic {
  readonly id: string
  readonly name: string
}

/** By the name that Sigma tags use (`attack.credential-access`). */
export const tactics: ReadonlyMap<string, Tactic> = new Map(
  Object.entries({
    reconnaissance: { id: 'TA0043', name: 'Reconnaissance' },
    'resource-development': { id: 'TA0042', name: 'Resource Development' },
    'initial-access': { id: 'TA0001', name: 'Initial Access' },
    execution: { id: 'TA0002', name: 'Execution' },
    persistence: { id: 'TA0003', name: 'Persistence' },
    'privilege-escalation': { id: 'TA0004', name: 'Privilege Escalation' },
    stealth: { id: 'TA0005', name: 'Stealth' },
    'defense-impairment': { id: 'TA0112', name: 'Defense Impairment' },
    'defense-evasion': { id: 'TA0005', name: 'Defense Evasion' },
    'credential-access': { id: 'TA0006', name: 'Credential Access' },
    discovery: { id: 'TA0007', name: 'Discovery' },
    'lateral-movement': { id: 'TA0008', name: 'Lateral Movement' },
    collection: { id: 'TA0009', name: 'Collection' },
    'command-and-control': { id: 'TA0011', name: 'Command and Control' },
    exfiltration: { id: 'TA0010', name: 'Exfiltration' },
    impact: { id: 'TA0040', name: 'Impact' },
  }),
)

export interface Technique {
  readonly name: string
  /** Names of `tactics`. A sub-technique has those of its technique unless it names its own. */
  readonly tactics: readonly string[]
}

// Version 19 gave each of these to one of the two; rules of either version name the tactic they mean.
const EVASION = ['stealth', 'defense-impairment', 'defense-evasion']
const IMPAIRMENT = ['defense-impairment', 'defense-evasion', 'stealth']
const EXFILTRATION = ['exfiltration']
const COLLECTION = ['collection']
const CREDENTIALS = ['credential-access']
const DISCOVERY = ['discovery']
const CONTROL = ['command-and-control']
const IMPACT = ['impact']
const EXECUTION = ['execution']
const INJECTION = ['privilege-escalation', ...EVASION]
const BOOT = ['persistence', 'privilege-escalation']
const SCHEDULED = ['execution', 'persistence', 'privilege-escalation']

export const techniques: ReadonlyMap<string, Technique> = new Map(
  Object.entries({
    T1003: { name: 'OS Credential Dumping', tactics: CREDENTIALS },
    'T1003.007': { name: 'Proc Filesystem', tactics: CREDENTIALS },
    'T1003.008': { name: '/etc/passwd and /etc/shadow', tactics: CREDENTIALS },
    T1005: { name: 'Data from Local System', tactics: COLLECTION },
    T1014: { name: 'Rootkit', tactics: EVASION },
    T1018: { name: 'Remote System Discovery', tactics: DISCOVERY },
    T1020: { name: 'Automated Exfiltration', tactics: EXFILTRATION },
    T1021: { name: 'Remote Services', tactics: ['lateral-movement'] },
    'T1021.004': { name: 'SSH', tactics: ['lateral-movement'] },
    T1027: { name: 'Obfuscated Files or Information', tactics: EVASION },
    T1029: { name: 'Scheduled Transfer', tactics: EXFILTRATION },
    T1030: { name: 'Data Transfer Size Limits', tactics: EXFILTRATION },
    T1033: { name: 'System Owner/User Discovery', tactics: DISCOVERY },
    T1036: { name: 'Masquerading', tactics: EVASION },
    'T1036.003': { name: 'Rename Legitimate Utilities', tactics: EVASION },
    'T1036.005': { name: 'Match Legitimate Resource Name or Location', tactics: EVASION },
    'T1036.008': { name: 'Masquerade File Type', tactics: EVASION },
    T1037: { name: 'Boot or Logon Initialization Scripts', tactics: BOOT },
    T1039: { name: 'Data from Network Shared Drive', tactics: COLLECTION },
    T1040: { name: 'Network Sniffing', tactics: ['credential-access', 'discovery'] },
    T1041: { name: 'Exfiltration Over C2 Channel', tactics: EXFILTRATION },
    T1046: { name: 'Network Service Discovery', tactics: DISCOVERY },
    T1048: { name: 'Exfiltration Over Alternative Protocol', tactics: EXFILTRATION },
    'T1048.001': { name: 'Exfiltration Over Symmetric Encrypted Non-C2 Protocol', tactics: EXFILTRATION },
    'T1048.002': { name: 'Exfiltration Over Asymmetric Encrypted Non-C2 Protocol', tactics: EXFILTRATION },
    'T1048.003': { name: 'Exfiltration Over Unencrypted Non-C2 Protocol', tactics: EXFILTRATION },
    T1049: { name: 'System Network Connections Discovery', tactics: DISCOVERY },
    T1053: { name: 'Scheduled Task/Job', tactics: SCHEDULED },
    'T1053.003': { name: 'Cron', tactics: SCHEDULED },
    'T1053.006': { name: 'Systemd Timers', tactics: SCHEDULED },
    T1055: { name: 'Process Injection', tactics: INJECTION },
    'T1055.008': { name: 'Ptrace System Calls', tactics: INJECTION },
    'T1055.009': { name: 'Proc Memory', tactics: INJECTION },
    T1056: { name: 'Input Capture', tactics: ['collection', 'credential-access'] },
    T1057: { name: 'Process Discovery', tactics: DISCOVERY },
    T1059: { name: 'Command and Scripting Interpreter', tactics: EXECUTION },
    'T1059.004': { name: 'Unix Shell', tactics: EXECUTION },
    'T1059.006': { name: 'Python', tactics: EXECUTION },
    'T1059.007': { name: 'JavaScript', tactics: EXECUTION },
    T1068: { name: 'Exploitation for Privilege Escalation', tactics: ['privilege-escalation'] },
    T1069: { name: 'Permission Groups Discovery', tactics: DISCOVERY },
    T1070: { name: 'Indicator Removal', tactics: EVASION },
    'T1070.002': { name: 'Clear Linux or Mac System Logs', tactics: EVASION },
    'T1070.003': { name: 'Clear Command History', tactics: EVASION },
    'T1070.004': { name: 'File Deletion', tactics: EVASION },
    'T1070.006': { name: 'Timestomp', tactics: EVASION },
    T1071: { name: 'Application Layer Protocol', tactics: CONTROL },
    'T1071.001': { name: 'Web Protocols', tactics: CONTROL },
    'T1071.004': { name: 'DNS', tactics: CONTROL },
    T1074: { name: 'Data Staged', tactics: COLLECTION },
    'T1074.001': { name: 'Local Data Staging', tactics: COLLECTION },
    'T1074.002': { name: 'Remote Data Staging', tactics: COLLECTION },
    T1078: {
      name: 'Valid Accounts',
      tactics: ['initial-access', 'persistence', 'privilege-escalation', ...EVASION],
    },
    T1082: { name: 'System Information Discovery', tactics: DISCOVERY },
    T1083: { name: 'File and Directory Discovery', tactics: DISCOVERY },
    T1087: { name: 'Account Discovery', tactics: DISCOVERY },
    T1090: { name: 'Proxy', tactics: CONTROL },
    'T1090.001': { name: 'Internal Proxy', tactics: CONTROL },
    T1095: { name: 'Non-Application Layer Protocol', tactics: CONTROL },
    T1098: { name: 'Account Manipulation', tactics: BOOT },
    'T1098.004': { name: 'SSH Authorized Keys', tactics: BOOT },
    T1102: { name: 'Web Service', tactics: CONTROL },
    T1105: { name: 'Ingress Tool Transfer', tactics: CONTROL },
    T1106: { name: 'Native API', tactics: EXECUTION },
    T1110: { name: 'Brute Force', tactics: CREDENTIALS },
    T1119: { name: 'Automated Collection', tactics: COLLECTION },
    T1132: { name: 'Data Encoding', tactics: CONTROL },
    T1190: { name: 'Exploit Public-Facing Application', tactics: ['initial-access'] },
    T1195: { name: 'Supply Chain Compromise', tactics: ['initial-access'] },
    'T1195.001': { name: 'Compromise Software Dependencies and Development Tools', tactics: ['initial-access'] },
    T1203: { name: 'Exploitation for Client Execution', tactics: EXECUTION },
    T1204: { name: 'User Execution', tactics: EXECUTION },
    'T1204.002': { name: 'Malicious File', tactics: EXECUTION },
    T1205: { name: 'Traffic Signaling', tactics: [...EVASION, 'persistence', 'command-and-control'] },
    T1213: { name: 'Data from Information Repositories', tactics: COLLECTION },
    T1217: { name: 'Browser Information Discovery', tactics: DISCOVERY },
    T1222: { name: 'File and Directory Permissions Modification', tactics: IMPAIRMENT },
    'T1222.002': { name: 'Linux and Mac File and Directory Permissions Modification', tactics: IMPAIRMENT },
    T1485: { name: 'Data Destruction', tactics: IMPACT },
    T1486: { name: 'Data Encrypted for Impact', tactics: IMPACT },
    T1489: { name: 'Service Stop', tactics: IMPACT },
    T1490: { name: 'Inhibit System Recovery', tactics: IMPACT },
    T1496: { name: 'Resource Hijacking', tactics: IMPACT },
    T1518: { name: 'Software Discovery', tactics: DISCOVERY },
    T1528: { name: 'Steal Application Access Token', tactics: CREDENTIALS },
    T1530: { name: 'Data from Cloud Storage', tactics: COLLECTION },
    T1539: { name: 'Steal Web Session Cookie', tactics: CREDENTIALS },
    T1543: { name: 'Create or Modify System Process', tactics: BOOT },
    'T1543.002': { name: 'Systemd Service', tactics: BOOT },
    T1546: { name: 'Event Triggered Execution', tactics: BOOT },
    'T1546.004': { name: 'Unix Shell Configuration Modification', tactics: BOOT },
    T1547: { name: 'Boot or Logon Autostart Execution', tactics: BOOT },
    'T1547.006': { name: 'Kernel Modules and Extensions', tactics: BOOT },
    T1548: { name: 'Abuse Elevation Control Mechanism', tactics: INJECTION },
    'T1548.001': { name: 'Setuid and Setgid', tactics: INJECTION },
    'T1548.003': { name: 'Sudo and Sudo Caching', tactics: INJECTION },
    T1550: { name: 'Use Alternate Authentication Material', tactics: [...EVASION, 'lateral-movement'] },
    T1552: { name: 'Unsecured Credentials', tactics: CREDENTIALS },
    'T1552.001': { name: 'Credentials In Files', tactics: CREDENTIALS },
    'T1552.003': { name: 'Shell History', tactics: CREDENTIALS },
    'T1552.004': { name: 'Private Keys', tactics: CREDENTIALS },
    'T1552.005': { name: 'Cloud Instance Metadata API', tactics: CREDENTIALS },
    'T1552.007': { name: 'Container API', tactics: CREDENTIALS },
    T1554: { name: 'Compromise Host Software Binary', tactics: ['persistence'] },
    T1555: { name: 'Credentials from Password Stores', tactics: CREDENTIALS },
    'T1555.003': { name: 'Credentials from Web Browsers', tactics: CREDENTIALS },
    T1556: { name: 'Modify Authentication Process', tactics: ['credential-access', ...EVASION, 'persistence'] },
    T1559: { name: 'Inter-Process Communication', tactics: EXECUTION },
    T1560: { name: 'Archive Collected Data', tactics: COLLECTION },
    'T1560.001': { name: 'Archive via Utility', tactics: COLLECTION },
    T1562: { name: 'Impair Defenses', tactics: IMPAIRMENT },
    'T1562.001': { name: 'Disable or Modify Tools', tactics: IMPAIRMENT },
    'T1562.004': { name: 'Disable or Modify System Firewall', tactics: IMPAIRMENT },
    'T1562.006': { name: 'Indicator Blocking', tactics: IMPAIRMENT },
    'T1562.012': { name: 'Disable or Modify Linux Audit System', tactics: IMPAIRMENT },
    T1563: { name: 'Remote Service Session Hijacking', tactics: ['lateral-movement'] },
    T1564: { name: 'Hide Artifacts', tactics: EVASION },
    'T1564.001': { name: 'Hidden Files and Directories', tactics: EVASION },
    T1565: { name: 'Data Manipulation', tactics: IMPACT },
    'T1565.001': { name: 'Stored Data Manipulation', tactics: IMPACT },
    T1567: { name: 'Exfiltration Over Web Service', tactics: EXFILTRATION },
    'T1567.001': { name: 'Exfiltration to Code Repository', tactics: EXFILTRATION },
    'T1567.002': { name: 'Exfiltration to Cloud Storage', tactics: EXFILTRATION },
    'T1567.004': { name: 'Exfiltration Over Webhook', tactics: EXFILTRATION },
    T1570: { name: 'Lateral Tool Transfer', tactics: ['lateral-movement'] },
    T1571: { name: 'Non-Standard Port', tactics: CONTROL },
    T1572: { name: 'Protocol Tunneling', tactics: CONTROL },
    T1573: { name: 'Encrypted Channel', tactics: CONTROL },
    T1574: {
      name: 'Hijack Execution Flow',
      tactics: ['persistence', 'privilege-escalation', ...EVASION],
    },
    'T1574.006': {
      name: 'Dynamic Linker Hijacking',
      tactics: ['persistence', 'privilege-escalation', ...EVASION],
    },
    'T1574.007': {
      name: 'Path Interception by PATH Environment Variable',
      tactics: ['persistence', 'privilege-escalation', ...EVASION],
    },
    T1609: { name: 'Container Administration Command', tactics: EXECUTION },
    T1610: { name: 'Deploy Container', tactics: [...EVASION, 'execution'] },
    T1611: { name: 'Escape to Host', tactics: ['privilege-escalation'] },
    T1620: { name: 'Reflective Code Loading', tactics: EVASION },
    T1622: { name: 'Debugger Evasion', tactics: [...EVASION, 'discovery'] },
    T1685: { name: 'Disable or Modify Tools', tactics: IMPAIRMENT },
    'T1685.004': { name: 'Disable or Modify Linux Audit System Log', tactics: IMPAIRMENT },
    'T1685.006': { name: 'Clear Linux or Mac System Logs', tactics: IMPAIRMENT },
    T1686: { name: 'Disable or Modify System Firewall', tactics: IMPAIRMENT },
  }),
)

/** Numbers of record types, where a log has `type=1300` or `type=UNKNOWN[1334]` (linux/audit.h). */
const NAMES: ReadonlyMap<number, string> = new Map([
  [1006, 'LOGIN'],
  [1127, 'SYSTEM_BOOT'],
  [1130, 'SERVICE_START'],
  [1131, 'SERVICE_STOP'],
  [1200, 'DAEMON_START'],
  [1201, 'DAEMON_END'],
  [1202, 'DAEMON_ABORT'],
  [1203, 'DAEMON_CONFIG'],
  [1300, 'SYSCALL'],
  [1302, 'PATH'],
  [1304, 'SOCKETCALL'],
  [1305, 'CONFIG_CHANGE'],
  [1306, 'SOCKADDR'],
  [1307, 'CWD'],
  [1309, 'EXECVE'],
  [1317, 'FD_PAIR'],
  [1318, 'OBJ_PID'],
  [1320, 'EOE'],
  [1321, 'BPRM_FCAPS'],
  [1322, 'CAPSET'],
  [1323, 'MMAP'],
  [1325, 'NETFILTER_CFG'],
  [1326, 'SECCOMP'],
  [1327, 'PROCTITLE'],
  [1330, 'KERN_MODULE'],
  [1334, 'BPF'],
  [1336, 'URINGOP'],
  [1337, 'OPENAT2'],
  [1400, 'AVC'],
  [1701, 'ANOM_ABEND'],
])

/** Records of these names are messages of programs and of auditd itself: each is a whole event. */
const ALONE =
  /^(?:USER|CRED|ACCT|SERVICE|SYSTEM|DAEMON|CRYPTO|VIRT|GRP|ADD|DEL|CHGRP|CHUSER|ROLE|SOFTWARE)_|^(?:TEST|TRUSTED_APP|KERNEL)$/

/** The name of a record's type as it stands in a log. */
export function typeName(written: string): string {
  const number = /^(?:UNKNOWN\[)?(\d{4})\]?$/.exec(written)?.[1]
  return number === undefined ? written : (NAMES.get(Number(number)) ?? written)
}

export function standsAlone(type: string): boolean {
  return ALONE.test(type)
}

/** auditd numbers these itself, apart from the kernel's numbers. */
export function isOfDaemon(type: string): boolean {
  return type.startsWith('DAEMON_')
}

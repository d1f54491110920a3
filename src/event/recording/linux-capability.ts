/** Linux capabilities by their bit (linux/capability.h of 6.18). */
const NAMES =
  'CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE'.split(
    ' ',
  )
const KNOWN: ReadonlySet<string> = new Set(NAMES)

export function linuxCapability(number: number | undefined): string | undefined {
  const name = number === undefined ? undefined : NAMES[number]
  return name === undefined ? undefined : `CAP_${name}`
}

/** `sys_admin` as SELinux and AppArmor write it; undefined for what is none. */
export function linuxCapabilityNamed(name: string): string | undefined {
  const upper = name.toUpperCase()
  return KNOWN.has(upper) ? `CAP_${upper}` : undefined
}

/** The names in a mask in hex; undefined for what is no mask. */
export function linuxCapabilities(mask: string | undefined): readonly string[] | undefined {
  if (mask === undefined || !/^[0-9a-f]{1,16}$/i.test(mask)) return undefined
  const bits = BigInt(`0x${mask}`)
  return NAMES.flatMap((name, at) => (((bits >> BigInt(at)) & 1n) === 1n ? [`CAP_${name}`] : []))
}

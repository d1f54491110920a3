/** Numbers of arguments as the names that strace prints, from the kernel's uapi headers of x86. */

type Bits = readonly (readonly [bits: number, name: string])[]

const OPEN_BITS: Bits = [
  [0o100, 'O_CREAT'],
  [0o200, 'O_EXCL'],
  [0o400, 'O_NOCTTY'],
  [0o1000, 'O_TRUNC'],
  [0o2000, 'O_APPEND'],
  [0o4000, 'O_NONBLOCK'],
  [0o4010000, 'O_SYNC'],
  [0o20000000 | 0o200000, 'O_TMPFILE'],
  [0o10000, 'O_DSYNC'],
  [0o40000, 'O_DIRECT'],
  [0o200000, 'O_DIRECTORY'],
  [0o400000, 'O_NOFOLLOW'],
  [0o1000000, 'O_NOATIME'],
  [0o2000000, 'O_CLOEXEC'],
  [0o10000000, 'O_PATH'],
]
const ACCESS = ['O_RDONLY', 'O_WRONLY', 'O_RDWR', 'O_ACCMODE']

export function openFlags(number: number): string {
  return [ACCESS[number & 3] ?? 'O_RDONLY', ...bitNames(number, OPEN_BITS)].join('|')
}

/** Flags of descriptors as they are made: O_CLOEXEC of pipe2 and dup3 has the same bit as in open. */
export function descriptorFlags(number: number): string {
  return bitNames(number, OPEN_BITS).join('|')
}

const MAP_BITS: Bits = [
  [0x3, 'MAP_SHARED_VALIDATE'],
  [0x1, 'MAP_SHARED'],
  [0x2, 'MAP_PRIVATE'],
  [0x10, 'MAP_FIXED'],
  [0x20, 'MAP_ANONYMOUS'],
]
export const mapFlags = flags(MAP_BITS)
const protectionBits = flags([
  [1, 'PROT_READ'],
  [2, 'PROT_WRITE'],
  [4, 'PROT_EXEC'],
])
export const protections = (number: number): string => protectionBits(number) || 'PROT_NONE'

export const cloneFlags = flags([
  [0x100, 'CLONE_VM'],
  [0x400, 'CLONE_FILES'],
  [0x4000, 'CLONE_VFORK'],
  [0x10000, 'CLONE_THREAD'],
  [0x20000, 'CLONE_NEWNS'],
  [0x2000000, 'CLONE_NEWCGROUP'],
  [0x4000000, 'CLONE_NEWUTS'],
  [0x8000000, 'CLONE_NEWIPC'],
  [0x10000000, 'CLONE_NEWUSER'],
  [0x20000000, 'CLONE_NEWPID'],
  [0x40000000, 'CLONE_NEWNET'],
  [0x80, 'CLONE_NEWTIME'],
])

export const mountFlags = flags([
  [1, 'MS_RDONLY'],
  [2, 'MS_NOSUID'],
  [4, 'MS_NODEV'],
  [8, 'MS_NOEXEC'],
  [0x20, 'MS_REMOUNT'],
  [0x1000, 'MS_BIND'],
  [0x2000, 'MS_MOVE'],
  [0x4000, 'MS_REC'],
  [0x20000, 'MS_UNBINDABLE'],
  [0x40000, 'MS_PRIVATE'],
  [0x80000, 'MS_SLAVE'],
  [0x100000, 'MS_SHARED'],
])
export const unmountFlags = flags([
  [1, 'MNT_FORCE'],
  [2, 'MNT_DETACH'],
  [4, 'MNT_EXPIRE'],
  [8, 'UMOUNT_NOFOLLOW'],
])

export const closeRangeFlags = flags([
  [2, 'CLOSE_RANGE_UNSHARE'],
  [4, 'CLOSE_RANGE_CLOEXEC'],
])
export const memfdFlags = flags([
  [1, 'MFD_CLOEXEC'],
  [2, 'MFD_ALLOW_SEALING'],
])

export const socketFamily = named('AF_', [
  [0, 'UNSPEC'],
  [1, 'UNIX'],
  [2, 'INET'],
  [10, 'INET6'],
  [16, 'NETLINK'],
  [17, 'PACKET'],
  [40, 'VSOCK'],
])
const SOCKET_TYPES = new Map([
  [1, 'SOCK_STREAM'],
  [2, 'SOCK_DGRAM'],
  [3, 'SOCK_RAW'],
  [5, 'SOCK_SEQPACKET'],
])
export function socketType(number: number): string {
  const type = SOCKET_TYPES.get(number & 0xf) ?? String(number & 0xf)
  const cloexec = (number & 0o2000000) === 0 ? '' : '|SOCK_CLOEXEC'
  const nonblock = (number & 0o4000) === 0 ? '' : '|SOCK_NONBLOCK'
  return `${type}${cloexec}${nonblock}`
}

export const ptraceRequest = named('PTRACE_', [
  [0, 'TRACEME'],
  [1, 'PEEKTEXT'],
  [2, 'PEEKDATA'],
  [3, 'PEEKUSER'],
  [4, 'POKETEXT'],
  [5, 'POKEDATA'],
  [6, 'POKEUSER'],
  [7, 'CONT'],
  [8, 'KILL'],
  [9, 'SINGLESTEP'],
  [12, 'GETREGS'],
  [13, 'SETREGS'],
  [14, 'GETFPREGS'],
  [15, 'SETFPREGS'],
  [16, 'ATTACH'],
  [17, 'DETACH'],
  [24, 'SYSCALL'],
  [0x4204, 'GETREGSET'],
  [0x4205, 'SETREGSET'],
  [0x4206, 'SEIZE'],
])
export const prctlOption = named('PR_', [
  [4, 'SET_DUMPABLE'],
  [8, 'SET_KEEPCAPS'],
  [28, 'SET_SECUREBITS'],
  [47, 'CAP_AMBIENT'],
])
export const fcntlCommand = named('F_', [
  [0, 'DUPFD'],
  [1, 'GETFD'],
  [2, 'SETFD'],
  [1030, 'DUPFD_CLOEXEC'],
])
export const bpfCommand = named('BPF_', [
  [0, 'MAP_CREATE'],
  [5, 'PROG_LOAD'],
  [6, 'OBJ_PIN'],
  [7, 'OBJ_GET'],
  [8, 'PROG_ATTACH'],
  [9, 'PROG_DETACH'],
  [17, 'RAW_TRACEPOINT_OPEN'],
  [18, 'BTF_LOAD'],
  [28, 'LINK_CREATE'],
  [29, 'LINK_UPDATE'],
  [33, 'ITER_CREATE'],
  [34, 'LINK_DETACH'],
  [35, 'PROG_BIND_MAP'],
  [36, 'TOKEN_CREATE'],
])

const SIGNALS =
  'HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS'.split(
    ' ',
  )
/** 0 asks only whether a signal could be sent. */
export function signalName(number: number): string {
  if (number >= 32 && number <= 64) return `SIGRT_${number - 32}`
  const name = SIGNALS[number - 1]
  return name === undefined ? String(number) : `SIG${name}`
}

/** The number of `SIGKILL`; undefined for what is no name. */
export function signalNumber(name: string): number | undefined {
  const at = SIGNALS.indexOf(name.replace(/^SIG/, ''))
  return at < 0 ? undefined : at + 1
}

function flags(bits: Bits): (number: number) => string {
  return (number) => bitNames(number, bits).join('|')
}

/** Bits that belong together come first in a table, and are not told again one by one. */
function bitNames(number: number, bits: Bits): string[] {
  let left = number
  const names: string[] = []
  for (const [mask, name] of bits) {
    if ((left & mask) !== mask) continue
    names.push(name)
    left &= ~mask
  }
  return names
}

function named(prefix: string, names: Bits): (number: number) => string {
  const byNumber = new Map(names.map(([number, name]) => [number, prefix + name]))
  return (number) => byNumber.get(number) ?? String(number)
}

import { openFlags, protections } from '../system-call/flag-name.ts'
import type { Use } from '../recording/use.ts'
import { certainly, fileAt, kernelFile, tell, type Probe, type ProbeHandler } from './probe.ts'

/** Functions on files: what each was used for. */
export const FILE_PROBES: readonly (readonly [names: string, handler: ProbeHandler])[] = [
  ['fd_install', (probe) => install(certainly(probe))],
  ['security_file_open do_dentry_open vfs_open', (probe) => tell(probe, { action: 'file_open', ...fileAt(probe) })],
  ['sys_open sys_openat sys_openat2 do_sys_open do_sys_openat2', open],
  ['sys_creat', (probe) => tell(probe, { action: 'file_open', ...fileAt(probe), flags: CREATING })],
  ['security_file_permission', permission],
  ['vfs_read sys_read sys_pread64 sys_readv sys_preadv sys_preadv2', (probe) => transfer(probe, 'file_read')],
  ['vfs_write sys_write sys_pwrite64 sys_writev sys_pwritev sys_pwritev2', (probe) => transfer(probe, 'file_write')],
  ['security_mmap_file', map],
  ['sys_sendfile64 sys_sendfile sys_splice sys_copy_file_range', move],
  [
    'security_path_truncate security_file_truncate do_truncate sys_truncate sys_ftruncate',
    (probe) => tell(probe, { action: 'file_attribute', ...fileAt(probe) }),
  ],
  [
    'security_path_chown security_inode_setattr security_inode_setxattr sys_chown sys_lchown sys_fchown sys_fchownat sys_setxattr sys_lsetxattr sys_fsetxattr sys_removexattr',
    (probe) => tell(probe, { action: 'file_attribute', ...fileAt(probe) }),
  ],
  ['security_path_chmod sys_chmod sys_fchmod sys_fchmodat', mode],
  [
    'security_path_unlink security_path_rmdir security_inode_unlink security_inode_rmdir sys_unlink sys_unlinkat sys_rmdir vfs_unlink',
    remove,
  ],
  ['security_path_rename security_inode_rename sys_rename sys_renameat sys_renameat2', rename],
  [
    'security_path_mkdir security_path_mknod security_inode_create security_inode_mkdir security_inode_mknod sys_mkdir sys_mkdirat sys_mknod sys_mknodat',
    (probe) => tell(probe, { action: 'file_create', ...last(probe) }),
  ],
  [
    'security_path_symlink security_inode_symlink sys_symlink sys_symlinkat security_path_link security_inode_link sys_link sys_linkat',
    link,
  ],
]

const CREATING = ['O_WRONLY', 'O_CREAT', 'O_TRUNC']

/** A new descriptor: of a file it was opened; others have no path. */
function install(probe: Probe): void {
  const [told] = probe.args.paths
  const [descriptor] = probe.args.numbers
  if (told === undefined) return tell(probe, { action: 'descriptor_create', descriptor })
  const action = told.kind === 'pipe' || told.kind === 'memfd' ? 'descriptor_create' : 'file_open'
  tell(probe, { action, descriptor, ...kernelFile(probe.host, told) })
}

/** The last number is the flags where a policy asks for them after the directory; a mode is asked for by none. */
function open(probe: Probe): void {
  const { args, returned, occasion } = probe
  const number = args.numbers.at(-1)
  const flags = number === undefined || number < 0 ? undefined : openFlags(number).split('|')
  const made = flags?.includes('O_CREAT') === true && flags.includes('O_EXCL')
  const file = fileAt(probe)
  tell(probe, {
    action: made ? 'file_create' : 'file_open',
    ...file,
    ...(flags && { flags }),
    ...(occasion.outcome === 'success' && returned !== undefined && { descriptor: returned }),
    unknown: [...(file.unknown ?? []), ...(flags ? [] : ['detpack.descriptor.flags'])],
  })
}

const MAY_WRITE = 2
const MAY_READ = 4

/** Asked before each read and write; the mask says for which. Exec and append alone are told elsewhere. */
function permission(probe: Probe): void {
  const mask = probe.args.numbers[0]
  if (mask === undefined) return probe.session.ignore(probe.name)
  const file = fileAt(probe)
  if ((mask & MAY_READ) !== 0) tell(probe, { action: 'file_read', ...file })
  if ((mask & MAY_WRITE) !== 0) tell(probe, { action: 'file_write', ...file })
  if ((mask & (MAY_READ | MAY_WRITE)) === 0) probe.session.ignore(probe.name)
}

/** A descriptor without a path may be of a socket or a pipe: what was done is then a guess, and says so. */
function transfer(probe: Probe, action: 'file_read' | 'file_write'): void {
  const { returned } = probe
  const file = fileAt({ ...probe, args: probe.args })
  const bytes = returned !== undefined && returned >= 0 ? returned : undefined
  const guessed = file.object === undefined ? ['event.action', 'detpack.object.id'] : []
  tell(probe, {
    action,
    ...(file.object === undefined ? {} : { ...file, path: undefined }),
    bytes,
    ...(guessed.length > 0 && { unknown: guessed }),
  })
}

function map(probe: Probe): void {
  const [protection = 0] = probe.args.numbers
  const named = protections(protection)
    .split('|')
    .flatMap((one) => (one === 'PROT_NONE' ? [] : [one.replace('PROT_', '').toLowerCase()]))
  if (probe.args.paths.length === 0) {
    if (named.includes('exec')) tell(probe, { action: 'memory_exec', detpack: { memory: { protection: named } } })
    return
  }
  tell(probe, { action: 'file_map', route: 'mmap', ...fileAt(probe), detpack: { memory: { protection: named } } })
}

/** From one descriptor to another; sendfile names where it goes first, the others where it comes from. */
function move(probe: Probe): void {
  const { host, args, returned, name } = probe
  const [first, second] = args.paths
  const [to, from] = name.includes('sendfile') ? [first, second] : [second, first]
  const source = from && kernelFile(host, from).object
  const description =
    source && host.objects.describe({ object: source, flags: undefined, openedBy: undefined, openedAt: undefined })
  const use: Use = {
    action: 'file_write',
    route: name.includes('sendfile') ? 'sendfile' : 'splice',
    bytes: returned !== undefined && returned >= 0 ? returned : undefined,
    ...(description && {
      taken: { descriptor: undefined, slot: { description, origin: 'unseen', from: undefined, closeOnExec: false } },
    }),
  }
  tell(
    probe,
    to === undefined ? { ...use, unknown: ['event.action', 'detpack.object.id'] } : { ...use, ...kernelFile(host, to) },
  )
}

function mode(probe: Probe): void {
  const number = probe.args.numbers.findLast((one) => one > 0)
  const file = fileAt(probe)
  tell(probe, {
    action: 'file_attribute',
    ...file,
    ...(number !== undefined && { file: { mode: (number & 0o7777).toString(8).padStart(4, '0') } }),
  })
}

/** Hooks tell the directory first where they tell it. */
function last(probe: Probe): ReturnType<typeof fileAt> {
  const count = probe.args.paths.length + probe.args.texts.length
  return fileAt(probe, Math.max(0, count - 1))
}

function remove(probe: Probe): void {
  const file = last(probe)
  tell(probe, { action: 'file_delete', ...file })
  const path = file.object?.path
  if (path !== undefined && probe.occasion.outcome === 'success') probe.host.objects.remove(path)
}

function rename(probe: Probe): void {
  const { host, occasion } = probe
  const from = fileAt(probe, 0)
  const to = fileAt(probe, 1)
  const [before, after] = [from.object?.path ?? from.path, to.object?.path ?? to.path]
  const previous = before === undefined ? {} : { detpack: { file: { previous_path: before } } }
  if (occasion.outcome !== 'success' || !before?.startsWith('/') || !after?.startsWith('/'))
    return tell(probe, {
      action: 'file_rename',
      ...(after !== undefined && { path: after }),
      unknown: ['detpack.object.id', ...(after === undefined ? ['file.path'] : [])],
      ...previous,
    })
  tell(probe, { action: 'file_rename', object: host.objects.rename(before, after), ...previous })
}

function link(probe: Probe): void {
  const target = probe.args.texts[0] ?? probe.args.paths[0]?.path
  const made = last(probe)
  tell(probe, { action: 'file_create', ...made, ...(target !== undefined && { file: { target_path: target } }) })
}

import { describe, expect, test } from 'vitest'
import { actionsOf, eventsOf, imported } from './classes.ts'

describe('processes', () => {
  test('a child is known before its parent returns from vfork', () => {
    const events = eventsOf(`
      7 execve("/bin/sh", ["sh"], 0x1 /* 3 vars */) = 0
      7 vfork( <unfinished ...>
      8 execve("/usr/bin/sed", ["sed", "-n"], 0x1 /* 3 vars */) = 0
      7 <... vfork resumed>) = 8
      8 exit_group(3) = ?
      7 +++ killed by SIGTERM +++`)
    expect(actionsOf(events)).toEqual([
      '7 process_exec /bin/sh',
      '7 process_fork process',
      '8 process_exec /usr/bin/sed',
      '8 process_exit',
      '7 process_exit',
    ])
    const [first, , second, exit, killed] = events
    expect(second?.process).toMatchObject({
      name: 'sed',
      executable: '/usr/bin/sed',
      args: ['sed', '-n'],
      args_count: 2,
      parent: { entity_id: first?.process.entity_id, pid: 7, name: 'sh' },
    })
    expect(exit?.process).toMatchObject({ exit_code: 3, end: exit?.['@timestamp'] })
    expect(killed?.detpack.signal).toBe('SIGTERM')
  })

  test('arguments stand on exec events only', () => {
    const events = eventsOf('execve("/bin/x", ["x", "y"], 0x1) = 0\nunlink("/a") = 0')
    expect(events.map((one) => one.process.args)).toEqual([['x', 'y'], undefined])
  })

  test('a process id that is given again is another process', () => {
    const events = eventsOf('fork() = 8\n8 exit_group(0) = ?\n8 +++ exited with 0 +++\nfork() = 8\n8 unlink("/a") = 0')
    const ids = events.filter((one) => one.process.pid === 8).map((one) => one.process.entity_id)
    expect(new Set(ids).size).toBe(2)
  })

  test('a process without a seen exec is unknown, and says so', () => {
    const [event] = eventsOf('unlink("/a") = 0')
    expect(event?.process).toMatchObject({ name: 'unknown', executable: 'unknown' })
    expect(event?.detpack.unknown).toEqual(
      expect.arrayContaining(['process.name', 'process.executable', 'process.start', 'process.parent.entity_id']),
    )
  })

  test('exec by a thread goes on under the id of the first', () => {
    const events = eventsOf(`
      7 clone(child_stack=0x1, flags=CLONE_VM|CLONE_FILES|CLONE_THREAD) = 8
      8 execve("/bin/x", ["x"], 0x1 <unfinished ...>
      7 +++ superseded by execve in pid 8 +++
      7 <... execve resumed>) = 0
      7 unlink("/a") = 0`)
    expect(actionsOf(events)).toEqual(['7 process_exec /bin/x', '7 file_delete /a'])
    expect(events.at(-1)?.process.name).toBe('x')
  })

  test('two forks at once make the parent a guess, which is told', () => {
    const { diagnostics } = imported(`
      7 fork( <unfinished ...>
      9 fork( <unfinished ...>
      8 unlink("/a") = 0
      7 <... fork resumed>) = 8`)
    expect(diagnostics.map((one) => [one.code, one.severity])).toEqual([['event/strace-parent', 'warning']])
  })

  test('an exec that failed changes nothing', () => {
    const events = eventsOf('execve("/bin/x", ["x"], 0x1) = -1 ENOENT (No such file)\nunlink("/a") = 0')
    expect(actionsOf(events)).toEqual(['7 process_exec /bin/x ENOENT', '7 file_delete /a'])
    expect(events.at(-1)?.process.name).toBe('unknown')
  })
})

describe('one call, one kind of use', () => {
  test.each<[string, string, object]>([
    ['file_create', 'openat(AT_FDCWD</w>, "a", O_WRONLY|O_CREAT|O_EXCL, 0600) = 3</w/a>', {}],
    ['file_create', 'openat(AT_FDCWD</w>, "/w", O_RDWR|O_TMPFILE, 0600) = 3</w/#7 (deleted)>', {}],
    ['file_open', 'creat("/a", 0600) = 3</a>', { descriptor: { flags: ['O_WRONLY', 'O_CREAT', 'O_TRUNC'] } }],
    [
      'file_open',
      'openat2(AT_FDCWD</w>, "a", {flags=O_RDONLY, resolve=0}, 24) = 3</w/a>',
      { object: { kind: 'file' } },
    ],
    ['file_open', 'openat(AT_FDCWD</w>, ".", O_RDONLY|O_DIRECTORY) = 3</w>', { object: { kind: 'directory' } }],
    ['file_create', 'mkdir("/a", 0700) = 0', { object: { kind: 'directory' } }],
    ['file_attribute', 'truncate("/a", 0) = 0', {}],
    ['file_attribute', 'ftruncate(3</a>, 0) = 0', { descriptor: { number: 3 } }],
    ['file_attribute', 'fchmodat(AT_FDCWD</w>, "a", 0755) = 0', {}],
    ['file_attribute', 'utimensat(3</a>, NULL, NULL, 0) = 0', { descriptor: { number: 3 } }],
    ['file_delete', 'unlinkat(AT_FDCWD</w>, "a", 0) = 0', {}],
    ['file_rename', 'rename("/a", "/b") = 0', { file: { previous_path: '/a' } }],
    ['file_create', 'linkat(3</a>, "", AT_FDCWD, "/b", AT_EMPTY_PATH) = 0', { descriptor: { number: 3 } }],
    [
      'memory_exec',
      'mmap(NULL, 4096, PROT_READ|PROT_EXEC, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7f0000000000',
      { memory: { protection: ['read', 'exec'] } },
    ],
    ['memory_exec', 'mprotect(0x7f00, 4096, PROT_READ|PROT_EXEC) = 0', { memory: { protection: ['read', 'exec'] } }],
    [
      'descriptor_create',
      'memfd_create("x", MFD_CLOEXEC) = 3</memfd:x (deleted)>',
      { object: { kind: 'memfd' }, descriptor: { flags: ['O_CLOEXEC'] } },
    ],
    ['descriptor_create', 'eventfd2(0, EFD_NONBLOCK) = 3<anon_inode:[eventfd]>', { object: { kind: 'other' } }],
    [
      'descriptor_create',
      'socket(AF_INET6, SOCK_DGRAM|SOCK_CLOEXEC, IPPROTO_UDP) = 3<UDPv6:[9]>',
      { socket: { family: 'inet6', type: 'dgram' } },
    ],
    ['network_listen', 'listen(3<TCP:[0.0.0.0:8443]>, 1) = 0', {}],
    [
      'network_accept',
      'accept4(3<TCP:[0.0.0.0:80]>, {sa_family=AF_INET}, [16], SOCK_CLOEXEC) = 4<TCP:[192.0.2.15:80->198.51.100.7:999]>',
      {},
    ],
    ['network_send', 'write(3<TCP:[192.0.2.15:1->198.51.100.7:443]>, "", 9) = 9', { use: { bytes: 9 } }],
    ['network_receive', 'read(3<TCP:[192.0.2.15:1->198.51.100.7:443]>, "", 9) = 9', { use: { bytes: 9 } }],
    [
      'audit_change',
      'sendto(3<NETLINK:[AUDIT:9]>, [{nlmsg_len=60, nlmsg_type=AUDIT_SET, nlmsg_flags=NLM_F_REQUEST}], 60, 0, NULL, 0) = 60',
      { audit: { change: 'AUDIT_SET' } },
    ],
    ['network_send', 'sendto(3<NETLINK:[AUDIT:9]>, [{nlmsg_len=60, nlmsg_type=AUDIT_GET}], 60, 0, NULL, 0) = 60', {}],
    ['process_signal', 'kill(9, SIGKILL) = 0', { signal: 'SIGKILL', object: { process: { pid: 9 } } }],
    ['process_inspect', 'ptrace(PTRACE_ATTACH, 9) = 0', { object: { kind: 'process', process: { pid: 9 } } }],
    [
      'process_inspect',
      'process_vm_readv(9, [{iov_len=1}], 1, [{iov_len=1}], 1, 0) = 1',
      { object: { process: { pid: 9 } } },
    ],
    ['privilege_change', 'setresuid(-1, 0, -1) = 0', {}],
    ['privilege_change', 'prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_NET_RAW, 0, 0) = 0', {}],
    ['namespace_change', 'unshare(CLONE_NEWNS|CLONE_NEWNET) = 0', { namespace: { kind: ['mnt', 'net'] } }],
    [
      'namespace_change',
      'setns(3<mnt:[4026531841]>, CLONE_NEWNS) = 0',
      { namespace: { kind: ['mnt'], id: 'mnt:[4026531841]' } },
    ],
    [
      'mount',
      'mount("tmpfs", "/srv", "tmpfs", MS_NOSUID, NULL) = 0',
      { mount: { source: 'tmpfs', type: 'tmpfs', flags: ['MS_NOSUID'] } },
    ],
    ['mount', 'umount2("/srv", MNT_DETACH) = 0', { mount: { flags: ['MNT_DETACH'] } }],
    ['module_load', 'finit_module(3</lib/modules/x.ko.xz>, "", 0) = 0', { module: { name: 'x' } }],
    [
      'bpf_use',
      'bpf(BPF_PROG_LOAD, {prog_type=BPF_PROG_TYPE_KPROBE, insn_cnt=2, prog_name="spy"}, 128) = 4<anon_inode:bpf-prog>',
      { bpf: { command: 'BPF_PROG_LOAD', program: 'spy', type: 'BPF_PROG_TYPE_KPROBE' } },
    ],
  ])('%s: %s', (action, call, detpack) => {
    const events = eventsOf(call)
    expect(events.map((one) => one.event.action)).toEqual([action])
    expect(events[0]?.detpack).toMatchObject(detpack)
  })

  test.each([
    'mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7f0000000000',
    'mprotect(0x7f00, 4096, PROT_READ) = 0',
    'kill(9, 0) = 0',
    'ptrace(PTRACE_CONT, 9, NULL, 0) = 0',
    'prctl(PR_SET_NAME, "x") = 0',
    'bpf(BPF_MAP_LOOKUP_ELEM, {map_fd=3}, 32) = 0',
    'read(3<anon_inode:[eventfd]>, "", 8) = 8',
    'dup2(3</a>, 3) = 3</a>',
    'close(3</a>) = 0',
  ])('no use: %s', (call) => expect(eventsOf(call)).toEqual([]))

  test('Linux capabilities after capset', () => {
    const [event] = eventsOf(
      'capset({version=_LINUX_CAPABILITY_VERSION_3, pid=0}, {effective=1<<CAP_NET_RAW, permitted=1<<CAP_NET_RAW|1<<CAP_CHOWN, inheritable=0}) = 0',
    )
    expect(event?.process.thread?.capabilities).toEqual({
      effective: ['CAP_NET_RAW'],
      permitted: ['CAP_NET_RAW', 'CAP_CHOWN'],
    })
  })

  test('the user is known after setuid', () => {
    const events = eventsOf('setuid(1000) = 0\nunlink("/a") = 0')
    expect(events[0]?.user).toEqual({ id: '1000', effective: { id: '1000' }, changes: { id: '1000' } })
    expect(events[1]?.process.user).toEqual({ id: '1000' })
    expect(events[1]?.detpack.unknown).not.toContain('process.user.id')
  })
})

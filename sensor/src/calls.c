/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/syscall.h>

#include "src/calls.h"

const struct call_handler call_handlers[] = {
	{ SYS_open, "on_open" },
	{ SYS_creat, "on_open" },
	{ SYS_openat, "on_openat" },
	{ SYS_openat2, "on_openat" },
	{ SYS_read, "on_read" },
	{ SYS_pread64, "on_read" },
	{ SYS_readv, "on_read" },
	{ SYS_preadv, "on_read" },
	{ SYS_preadv2, "on_read" },
	{ SYS_write, "on_write" },
	{ SYS_pwrite64, "on_write" },
	{ SYS_writev, "on_write" },
	{ SYS_pwritev, "on_write" },
	{ SYS_pwritev2, "on_write" },
	{ SYS_kill, "on_kill" },
	{ SYS_tkill, "on_kill" },
	{ SYS_rt_sigqueueinfo, "on_kill" },
	{ SYS_tgkill, "on_tgkill" },
	{ SYS_rt_tgsigqueueinfo, "on_tgkill" },
	{ SYS_pidfd_send_signal, "on_pidfd_send_signal" },
	{ SYS_ptrace, "on_ptrace" },
	{ SYS_process_vm_readv, "on_process_vm" },
	{ SYS_process_vm_writev, "on_process_vm" },
};
const size_t call_handler_count = sizeof(call_handlers) / sizeof(call_handlers[0]);

/* Numbers of arch/x86/entry/syscalls/syscall_32.tbl, which never change. */
const struct compat_call compat_calls[] = {
	{ 3, SYS_read },      { 4, SYS_write },	     { 5, SYS_open },	   { 8, SYS_creat },	 { 145, SYS_readv },
	{ 146, SYS_writev },  { 180, SYS_pread64 },  { 181, SYS_pwrite64 }, { 295, SYS_openat }, { 333, SYS_preadv },
	{ 334, SYS_pwritev }, { 378, SYS_preadv2 },  { 379, SYS_pwritev2 }, { 437, SYS_openat2 },
	{ 26, SYS_ptrace },   { 37, SYS_kill },	     { 178, SYS_rt_sigqueueinfo },   { 238, SYS_tkill },
	{ 270, SYS_tgkill },  { 335, SYS_rt_tgsigqueueinfo }, { 347, SYS_process_vm_readv },
	{ 348, SYS_process_vm_writev }, { 424, SYS_pidfd_send_signal },
};
const size_t compat_call_count = sizeof(compat_calls) / sizeof(compat_calls[0]);

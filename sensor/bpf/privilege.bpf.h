/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Users, groups and Linux capabilities that a process changes of itself, or by the program it starts. */
#ifndef DETPACK_PRIVILEGE_BPF_H
#define DETPACK_PRIVILEGE_BPF_H

#include "file.bpf.h"

#define capability_set(cred, member)                                                                                   \
	({                                                                                                             \
		u64 set_ = 0;                                                                                          \
                                                                                                                       \
		bpf_core_read(&set_, sizeof(set_), &(cred)->member);                                                   \
		set_;                                                                                                  \
	})

/* What the thread has now. */
inline_always void part_credentials(struct scratch *s)
{
	const struct cred *cred = BPF_CORE_READ(current_task(), cred);
	struct dp_credentials has = {};

	has.uid = BPF_CORE_READ(cred, uid.val);
	has.gid = BPF_CORE_READ(cred, gid.val);
	has.euid = BPF_CORE_READ(cred, euid.val);
	has.egid = BPF_CORE_READ(cred, egid.val);
	has.suid = BPF_CORE_READ(cred, suid.val);
	has.sgid = BPF_CORE_READ(cred, sgid.val);
	has.fsuid = BPF_CORE_READ(cred, fsuid.val);
	has.fsgid = BPF_CORE_READ(cred, fsgid.val);
	has.effective = capability_set(cred, cap_effective);
	has.permitted = capability_set(cred, cap_permitted);
	has.inheritable = capability_set(cred, cap_inheritable);
	has.ambient = capability_set(cred, cap_ambient);
	has.bounding = capability_set(cred, cap_bset);
	part_struct(s, DP_PART_CREDENTIALS, has);
}

inline_always void privileges_of(struct task_struct *task, struct privileges *privileges)
{
	const struct cred *cred = BPF_CORE_READ(task, cred);

	privileges->permitted = capability_set(cred, cap_permitted);
	privileges->uid = BPF_CORE_READ(cred, euid.val);
	privileges->gid = BPF_CORE_READ(cred, egid.val);
}

/* Remembers what a thread has, for its next exec. */
inline_always void privileges_note(struct task_state *state, struct task_struct *task)
{
	privileges_of(task, &state->privileges);
	state->flags |= TASK_PRIVILEGES;
}

/*
 * Whether the exec that has just happened gave or took privileges: set-id programs, file capabilities, and root that
 * gets back what it had dropped. Where nothing is known of before, what the kernel calls a secure exec.
 */
inline_always bool privileges_changed(struct task_state *state, struct task_struct *task, struct linux_binprm *bprm)
{
	bool known = state->flags & TASK_PRIVILEGES;
	struct privileges before = state->privileges;

	privileges_note(state, task);
	if (!known)
		return BPF_CORE_READ_BITFIELD_PROBED(bprm, secureexec);
	return before.permitted != state->privileges.permitted || before.uid != state->privileges.uid ||
	       before.gid != state->privileges.gid;
}

inline_always int handle_privilege(struct task_state *state, struct call *call)
{
	struct scratch *s;

	s = use_begin(state, call, DP_PRIVILEGE_CHANGE);
	if (!s)
		return 0;
	if (call->result >= 0)
		privileges_note(state, current_task());
	part_credentials(s);
	use_tell(s);
	return 0;
}

HANDLER(on_privilege)
{
	HANDLER_BEGIN;
	return handle_privilege(state, call);
}

/* setfsuid and setfsgid give the old id and no outcome. */
HANDLER(on_file_privilege)
{
	HANDLER_BEGIN;
	call->result = 0;
	return handle_privilege(state, call);
}

#define PR_SET_DUMPABLE 4
#define PR_SET_KEEPCAPS 8
#define PR_CAPBSET_DROP 24
#define PR_SET_SECUREBITS 28
#define PR_SET_NO_NEW_PRIVS 38
#define PR_CAP_AMBIENT 47
#define PR_CAP_AMBIENT_IS_SET 1

/* Of prctl only what changes privileges; asking and naming oneself do not. */
HANDLER(on_prctl)
{
	HANDLER_BEGIN;
	switch ((u32)call->argument[0]) {
	case PR_CAP_AMBIENT:
		if (call->argument[1] == PR_CAP_AMBIENT_IS_SET)
			return 0;
		break;
	case PR_SET_DUMPABLE:
	case PR_SET_KEEPCAPS:
	case PR_CAPBSET_DROP:
	case PR_SET_SECUREBITS:
	case PR_SET_NO_NEW_PRIVS:
		break;
	default:
		return 0;
	}
	return handle_privilege(state, call);
}

#endif

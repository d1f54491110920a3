/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Birth, change of program and end of processes: what is watched is handed on here. */
#ifndef DETPACK_LIFE_BPF_H
#define DETPACK_LIFE_BPF_H

#include "cgroup.bpf.h"
#include "duplicate.bpf.h"
#include "name.bpf.h"
#include "privilege.bpf.h"

/*
 * Processes that are to be watched from now on, by thread group id, or only to be told of; 0: all that are not named.
 * User space runs mark_tasks after filling it.
 */
#define ONLY_TOLD 0xffffffffu

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, u32);
	__type(value, u32); /* label, or ONLY_TOLD */
} wanted SEC(".maps");

static __noinline void relatives(struct dp_relatives *of, struct task_struct *task)
{
	struct task_struct *parent = BPF_CORE_READ(task, group_leader, real_parent);
	struct pid *session = BPF_CORE_READ(task, signal, pids[3]);
	struct task_struct *leader = task_of_pid((u64)session);

	process_of(parent, &of->parent);
	BPF_CORE_READ_STR_INTO(&of->parent_name, parent, group_leader, comm);
	of->session.pid = (u32)BPF_CORE_READ(session, numbers[0].nr);
	if (leader) {
		process_of(leader, &of->session);
		BPF_CORE_READ_STR_INTO(&of->session_name, leader, comm);
	}
}

/* A thread or process is made: what its maker is watched for, it is. Runs in the maker. */
inline_always int born(struct task_struct *task, u64 clone_flags, u8 behind)
{
	struct task_state *state = current_state();
	struct task_state *child;
	struct dp_relatives family = {};
	struct scratch *s;
	u32 tid;

	if (!state || is_done(&state->behind[AT_BIRTH], behind))
		return 0;
	if (has_task_storage) {
		child = bpf_task_storage_get(&tasks, task, NULL, BPF_LOCAL_STORAGE_GET_F_CREATE);
	} else {
		u32 zero = 0;
		struct task_state *blank = bpf_map_lookup_elem(&blank_task, &zero);

		tid = (u32)BPF_CORE_READ(task, pid);
		if (!blank)
			return 0;
		bpf_map_update_elem(&tasks_by_id, &tid, blank, BPF_ANY);
		child = bpf_map_lookup_elem(&tasks_by_id, &tid);
	}
	if (!child) {
		trouble(DP_TASKS_FULL);
		return 0;
	}
	child->label = state->label;
	child->flags = DP_TASK_TRACKED | DP_TASK_BORN;
	child->image = state->image;
	child->started_in = state->started_in;
	child->alone = !(clone_flags & CLONE_FILES);
	if (clone_flags & CLONE_FILES) {
		state->alone = 0;
		child->table_of = state->table_of;
		child->table = state->table = current_files();
	}
	if ((clone_flags & CLONE_FILES) && !(clone_flags & CLONE_THREAD)) {
		state->flags |= DP_TASK_SHARES;
		child->flags |= DP_TASK_SHARES;
		if (!child->table_of)
			child->table_of = (u32)(bpf_get_current_pid_tgid() >> 32);
		tables_shared = 1;
	}
	if (clone_flags & CLONE_THREAD) {
		child->flags = state->flags;
		child->start = state->start;
		child->privileges = state->privileges;
		child->cap_granted = state->cap_granted;
		child->cap_refused = state->cap_refused;
		return 0;
	}
	privileges_note(child, task);
	folds_tell(state);
	s = this_scratch();
	if (!s)
		return 0;
	use_header(s, state, DP_PROCESS_FORK, bpf_ktime_get_boot_ns());
	s->use.flags |= DP_NO_RESULT;
	process_of(task, &family.child);
	/* Stamped after this hook on some kernels; the later reader takes the same value for the whole life. */
	child->start = 0;
	family.child_thread = (u32)BPF_CORE_READ(task, pid);
	family.child_flags = (u32)clone_flags;
	relatives(&family, current_task());
	part_struct(s, DP_PART_PARENT, family);
	if (flows_used) {
		struct flow_work *work = flow_work();

		if (work) {
			work->process = s->use.process;
			work->child = family.child;
			flow_inherit();
		}
	}
	use_tell(s);
	return 0;
}

SEC("tp_btf/task_newtask")
int HOLDING_PROG(on_newtask, struct task_struct *task, u64 clone_flags)
{
	return born(task, clone_flags, 1);
}

SEC("tp_btf/task_newtask")
int HOLDING_PROG(on_newtask_last, struct task_struct *task, u64 clone_flags)
{
	return born(task, clone_flags, 0);
}

#define EXECUTOR "systemd-executor"
#define ROOT_CGROUP 1 /* its id in the unified hierarchy, always */

/* From systemd 255 on a program of its own prepares the process of a service; what it does is not the service's. */
inline_always bool is_executor(struct file *file)
{
	char name[sizeof(EXECUTOR) + 1] = "";

	bpf_probe_read_kernel_str(name, sizeof(name), BPF_CORE_READ(file, f_path.dentry, d_name.name));
#pragma unroll
	for (u32 i = 0; i < sizeof(EXECUTOR); i++)
		if (name[i] != EXECUTOR[i])
			return false;
	return true;
}

SEC("tp_btf/sched_process_exec")
int HOLDING_PROG(on_exec, struct task_struct *task, s32 old_pid, struct linux_binprm *bprm)
{
	struct task_state *state;
	struct dp_relatives family = {};
	struct mm_struct *mm;
	struct scratch *s;
	struct file *file;
	u64 begin, end, length;
	void *room;

	if (!has_task_storage) {
		/* A thread that execs takes its leader's id over; its state moves with it. */
		u32 old = (u32)old_pid, tid = (u32)bpf_get_current_pid_tgid();
		struct task_state *moved = old == tid ? NULL : bpf_map_lookup_elem(&tasks_by_id, &old);

		if (moved) {
			bpf_map_update_elem(&tasks_by_id, &tid, moved, BPF_ANY);
			bpf_map_delete_elem(&tasks_by_id, &old);
		}
	}
	state = current_state();
	if (!state && cgroups_wanted)
		state = state_by_cgroup(task);
	if (!state)
		return 0;
	folds_close(state, 0);
	/* exec gives a table of its own, and ends the other threads. */
	table_left();
	state->table = 0;
	state->table_of = 0;
	state->alone = 1;
	slots_closed(0, SWEEP_MOST);
	state->image++;
	state->cap_granted = 0;
	state->cap_refused = 0;
	s = this_scratch();
	if (!s)
		return 0;
	use_header(s, state, DP_PROCESS_EXEC, bpf_ktime_get_boot_ns());
	s->use.flags |= DP_NO_RESULT;
	file = BPF_CORE_READ(bprm, file);
	if (made_wanted)
		state->started_in = is_executor(file) ? ROOT_CGROUP : bpf_get_current_cgroup_id();
	object_of(BPF_CORE_READ(file, f_inode), &s->use.object);
	part_file_path(s, DP_PART_PATH, file);
	if (s->walk.disconnected && s->use.object.kind == DP_FILE)
		s->use.object.kind = DP_MEMFD;
	s->use.object.class = learn_class(&s->use.object, s->walk.classes);
	part_path(s, DP_PART_DIRECTORY, BPF_CORE_READ(task, fs, pwd.dentry), BPF_CORE_READ(task, fs, pwd.mnt));
	relatives(&family, task);
	part_struct(s, DP_PART_PARENT, family);
	/* The program has not run yet, so these are the arguments that exec copied. */
	mm = BPF_CORE_READ(task, mm);
	begin = BPF_CORE_READ(mm, arg_start);
	end = BPF_CORE_READ(mm, arg_end);
	length = end - begin;
	room = part_begin(s);
	if (room && end > begin) {
		u32 bytes = length > PART_MOST - 1 ? PART_MOST - 1 : (u32)length;

		if (bpf_probe_read_user(room, bytes & (PART_MOST - 1), (void *)begin))
			trouble(DP_UNREAD);
		else
			part_end(s, DP_PART_ARGUMENTS, bytes, length > PART_MOST - 1 ? DP_TRUNCATED : 0);
	}
	use_tell(s);
	if (!privileges_changed(state, task, bprm))
		return 0;
	use_header(s, state, DP_PRIVILEGE_CHANGE, s->use.time);
	s->use.flags |= DP_NO_RESULT;
	part_credentials(s);
	use_tell(s);
	return 0;
}

/* A program that could not be started; one that was is told by on_exec. */
inline_always int handle_exec(struct task_state *state, struct call *call, s32 directory, u64 path)
{
	struct scratch *s;

	if (call->result >= 0)
		return 0;
	s = use_begin(state, call, DP_PROCESS_EXEC);
	if (!s)
		return 0;
	part_named_alone(s, directory, path);
	use_tell(s);
	return 0;
}

HANDLER(on_execve)
{
	HANDLER_BEGIN;
	return handle_exec(state, call, AT_FDCWD, call->argument[0]);
}

HANDLER(on_execveat)
{
	HANDLER_BEGIN;
	return handle_exec(state, call, (s32)call->argument[0], call->argument[1]);
}

/* Processes whose end was told. Threads that end at once may each find that none is left. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 512);
	__type(key, struct dp_process);
	__type(value, u8);
} ended SEC(".maps");

/* As wait(2) gives it: what all were told to end with, else what the leader ended with. */
inline_always u32 exit_code_of(struct task_struct *task)
{
	if (BPF_CORE_READ(task, signal, flags) & SIGNAL_GROUP_EXIT)
		return (u32)BPF_CORE_READ(task, signal, group_exit_code);
	return (u32)BPF_CORE_READ(task, group_leader, exit_code);
}

static __noinline void tell_exit(struct task_state *state, struct task_struct *task)
{
	struct scratch *s = this_scratch();
	struct dp_process self;
	u8 yes = 1;

	if (!s)
		return;
	current_process(state, &self);
	if (bpf_map_update_elem(&ended, &self, &yes, BPF_NOEXIST))
		return;
	use_header(s, state, DP_PROCESS_EXIT, bpf_ktime_get_boot_ns());
	s->use.flags |= DP_NO_RESULT;
	part_numbers(s, exit_code_of(task), 0, 0);
	use_tell(s);
	if (flows_used)
		bpf_map_delete_elem(&flows, &self);
}

SEC("tp_btf/sched_process_exit")
int HOLDING_PROG(on_exit, struct task_struct *task)
{
	struct task_state *state = current_state();
	u32 tid = (u32)bpf_get_current_pid_tgid();

	if (!state)
		return 0;
	folds_close(state, 0);
	slots_at_exit();
	if (BPF_CORE_READ(task, signal, live.counter) == 0)
		tell_exit(state, task);
	bpf_map_delete_elem(&arrivals, &tid);
	if (!has_task_storage)
		bpf_map_delete_elem(&tasks_by_id, &tid);
	return 0;
}

/*
 * Iterators run in the sensor's own context, where a program that looks at a call may interrupt them: so they use no
 * scratch of this CPU, write their records straight into a ring, and count by one instruction.
 */
inline_always void count_at_once(u32 action, u32 class, u32 which, u64 how_many)
{
	u32 at = action * DP_CLASSES + (class & (DP_CLASSES - 1));
	u64 *all = bpf_map_lookup_elem(&counts, &at);

	if (all && which < DP_COUNTS)
		__sync_fetch_and_add(&all[which], how_many);
}

struct seen_record {
	struct dp_use use;
	struct dp_part head;
	struct dp_relatives relatives;
};

/*
 * Who it is that is watched from now on, or that is above such a one: for user space, which has no event from it. Those
 * above come by the bulk lane.
 */
inline_always void tell_seen(struct task_struct *task, u32 label, bool watched)
{
	struct seen_record *record = watched ? bpf_ringbuf_reserve(&rare, sizeof(*record), 0) :
					       bpf_ringbuf_reserve(&bulk, sizeof(*record), 0);

	if (!record)
		return;
	__builtin_memset(record, 0, sizeof(*record));
	record->use.size = sizeof(*record);
	record->use.parts = 1;
	record->use.action = DP_PROCESS_EXEC;
	record->use.flags = (watched ? DP_RARE : 0) | DP_NO_RESULT | DP_SEEN;
	record->use.time = record->use.first = bpf_ktime_get_boot_ns();
	process_of(task, &record->use.process);
	record->use.thread = (u32)BPF_CORE_READ(task, pid);
	record->use.label = label;
	record->use.count = 1;
	record->use.descriptor.number = -1;
	BPF_CORE_READ_STR_INTO(&record->use.name, task, group_leader, comm);
	record->head.kind = DP_PART_PARENT;
	record->head.length = sizeof(record->relatives);
	relatives(&record->relatives, task);
	bpf_ringbuf_submit(record, 0);
}

/* Puts the processes of `wanted` under watch, all their threads at once; read to the end by user space. */
SEC("iter/task")
int mark_tasks(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;
	struct task_state *state;
	u32 tgid, all = 0, *label;
	bool is_new;

	if (!task || !has_task_storage)
		return 0;
	tgid = (u32)task->tgid;
	label = bpf_map_lookup_elem(&wanted, &tgid);
	if (!label && !(task->flags & PF_KTHREAD))
		label = bpf_map_lookup_elem(&wanted, &all);
	if (!label)
		return 0;
	if (*label == ONLY_TOLD) {
		if ((u32)task->pid == tgid)
			tell_seen(task, 0, false);
		return 0;
	}
	state = bpf_task_storage_get(&tasks, task, NULL, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!state)
		return 0;
	is_new = !(state->flags & DP_TASK_TRACKED);
	state->flags |= DP_TASK_TRACKED;
	state->table = (u64)task->files;
	if (!state->label)
		state->label = *label;
	/* By one instruction that waits for all before it: a thread that is made meanwhile is counted, or takes this back. */
	if (is_new)
		__sync_fetch_and_add(&state->alone, 1);
	if (is_new && BPF_CORE_READ(task, files, count.counter) != 1)
		state->alone = 0;
	if (is_new && (u32)task->pid == tgid)
		tell_seen(task, state->label, true);
	return 0;
}

struct fold_record {
	struct dp_use use;
	struct dp_part socket_head;
	struct dp_socket socket;
	struct dp_part flow_head;
	struct dp_flow flow[DP_FLOW_SLOTS];
	struct dp_part path_head; /* left out when there is none */
	u8 path[SUN_PATH + 12]; /* what the verifier takes the length to be at most */
};

/* The collector's own, which runs once at a time: no program that looks at a call uses it. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct fold_record);
} fold_records SEC(".maps");

/* As fold_tell does, from outside the thread whose fold it is. */
static __noinline int fold_collect(struct fold *fold)
{
	u64 uses, opened = fold->opened;
	struct fold_record *record;
	u32 zero = 0, length, size;
	struct flow *flow;

	if (!opened || !fold->count)
		return 0;
	record = bpf_map_lookup_elem(&fold_records, &zero);
	if (!record)
		return 0;
	record->use = fold->use;
	uses = take(&fold->count);
	if (!uses)
		return 0;
	if (fold->opened != opened) {
		__sync_fetch_and_add(&fold->count, uses);
		return 0;
	}
	record->use.first = fold->first;
	record->use.time = fold->last;
	record->use.count = (u32)uses;
	record->use.bytes = take(&fold->bytes);
	record->use.flags |= DP_FOLDED | DP_RARE;
	record->use.parts = 2;
	record->socket_head.kind = DP_PART_SOCKET;
	record->socket_head.length = sizeof(record->socket);
	record->socket_head.flags = 0;
	record->socket = fold->socket;
	record->flow_head.kind = DP_PART_FLOW;
	record->flow_head.length = sizeof(record->flow);
	record->flow_head.flags = 0;
	flow = flows_used ? flow_of(&fold->use.process) : NULL;
	if (flow)
		__builtin_memcpy(record->flow, flow->slots, sizeof(record->flow));
	else
		__builtin_memset(record->flow, 0, sizeof(record->flow));
	size = __builtin_offsetof(struct fold_record, path_head);
	length = fold->path_length;
	if (length && length <= SUN_PATH) {
		record->path_head.kind = DP_PART_SOCKET_PATH;
		record->path_head.length = (u16)length;
		record->path_head.flags = 0;
		__builtin_memcpy(record->path, fold->path, SUN_PATH);
		record->use.parts = 3;
		size += sizeof(record->path_head) + ((length + 7) & 0x78);
	}
	record->use.size = size;
	if (bpf_ringbuf_output(&rare, record, size, 0)) {
		/* It stays where it is, and is told later: the collector comes again. */
		last_fold = bpf_ktime_get_boot_ns();
		__sync_fetch_and_add(&fold->bytes, record->use.bytes);
		__sync_fetch_and_add(&fold->count, uses);
		return 0;
	}
	count_at_once(record->use.action, record->use.object.class, DP_SENT, uses);
	return 0;
}

/* Tells what threads have in folds that they no longer add to, or whose window is over. */
SEC("iter/task")
int collect_folds(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;
	struct task_state *state;
	u64 now = bpf_ktime_get_boot_ns();
	u32 i;

	if (!task || !has_task_storage || !has_fetching_atomics)
		return 0;
	state = bpf_task_storage_get(&tasks, task, NULL, 0);
	if (!state || !state->pending)
		return 0;
	for (i = 0; i < FOLDS; i++) {
		struct fold *fold = &state->folds[i];
		bool quick = fold->use.object.kind == DP_SOCKET || is_followed(fold->use.object.class);

		/* The time of the last use may be later than `now`: of a thread that runs. */
		if (fold->opened && fold->count &&
		    (collect_all || fold->last + DP_FOLD_IDLE < now ||
		     fold->opened + (quick ? fold_window_short : fold_window) < now))
			fold_collect(fold);
	}
	return 0;
}

#endif

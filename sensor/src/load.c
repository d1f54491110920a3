/* SPDX-License-Identifier: Apache-2.0 */
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/again.h"
#include "src/calls.h"
#include "src/clock.h"
#include "src/load.h"
#include "src/load_object.h"
#include "src/skeleton.h"

#define PROGRAMS_MOST KEPT_PROGRAMS_MOST
#define BATCH_MOST (256u << 10)
#define RING_DEFAULT (4u << 20)

/* Without these there is no sensor. */
static const char *const essential[] = { "on_sys_exit", "on_newtask", "on_exec", "on_exit" };

/* libbpf says which program was refused in its log only, so the log is listened to; one load at a time. */
static struct {
	char refused[64];
	char last[256];
	int verbose;
} listening;

static int listen_to_libbpf(enum libbpf_print_level level, const char *format, va_list arguments)
{
	char line[512], name[64];
	va_list again;

	if (level == LIBBPF_DEBUG && listening.verbose < 2)
		return 0;
	if (listening.verbose) {
		/* Whole: the verifier's reasons come as one message, and the end of it is what matters. */
		va_copy(again, arguments);
		vfprintf(stderr, format, again);
		va_end(again);
	}
	vsnprintf(line, sizeof(line), format, arguments);
	if (sscanf(line, "libbpf: prog '%63[^']': BPF program load failed", name) == 1)
		snprintf(listening.refused, sizeof(listening.refused), "%s", name);
	if (level == LIBBPF_WARN) {
		line[strcspn(line, "\n")] = '\0';
		snprintf(listening.last, sizeof(listening.last), "%.255s", line);
	}
	return 0;
}

static void cover(struct loaded *loaded, const char *name, const char *why)
{
	struct coverage *row;

	if (loaded->coverage_count == COVERAGE_MOST)
		return;
	row = &loaded->coverage[loaded->coverage_count++];
	snprintf(row->name, sizeof(row->name), "%.63s", name);
	row->seen = !why;
	snprintf(row->why, sizeof(row->why), "%s", why ? why : "");
}

/* A ring's size is a power of two and whole pages. */
static uint32_t ring_size(uint32_t bytes)
{
	uint32_t size = (uint32_t)sysconf(_SC_PAGESIZE);

	while (size < bytes && size < 1u << 30)
		size <<= 1;
	return size;
}

/* A batch is a quarter of a ring at most, so that there is room while the reader wakes up. */
static uint32_t batch_of(const struct bpf_map *ring)
{
	uint32_t quarter = bpf_map__max_entries(ring) / 4;

	return quarter < BATCH_MOST ? quarter : BATCH_MOST;
}

static bool is_essential(const char *name)
{
	for (size_t i = 0; i < sizeof(essential) / sizeof(essential[0]); i++)
		if (!strcmp(essential[i], name))
			return true;
	return false;
}

/*
 * How many entries of an evicting map are surely never evicted (bpf/room.bpf.h): each CPU may have set 128 free ones
 * aside, and a few entries may be counted late.
 */
static uint64_t never_evicted(const struct bpf_map *map)
{
	uint64_t aside = 128 * (uint64_t)libbpf_num_possible_cpus() + 64, all = bpf_map__max_entries(map);

	return all > aside ? all - aside : 0;
}

static void set_up(struct sensor_bpf *skeleton, const struct kernel *kernel, const struct load_options *options)
{
	uint32_t ring = ring_size(options->ring_bytes ? options->ring_bytes : RING_DEFAULT);
	struct bpf_map *const state[] = { skeleton->maps.descriptions, skeleton->maps.pinned,  skeleton->maps.slots,
					  skeleton->maps.flows,	       skeleton->maps.objects, skeleton->maps.tasks_by_id };

	skeleton->rodata->has_task_storage = kernel->task_storage;
	skeleton->rodata->has_fetching_atomics = kernel->fetching_atomics;
	skeleton->rodata->has_task_registers = kernel->task_registers && kernel->task_storage;
	for (size_t i = 0; i < call_handler_count; i++)
		if (call_handlers[i].number < DP_CALLS)
			skeleton->rodata->handled_calls[call_handlers[i].number / 64] |= 1ull << (call_handlers[i].number % 64);
	skeleton->rodata->has_casts = kernel->cast != 0;
	skeleton->rodata->preemptible = kernel->preemptible;
	skeleton->rodata->all_processes = options->all;
	skeleton->rodata->made_wanted = options->made_wanted;
	skeleton->rodata->uring_has_cqe = kernel->io_uring_complete_cqe;
	skeleton->rodata->attribute_has_map = kernel->attribute_has_map;
	skeleton->rodata->xattr_has_map = kernel->xattr_has_map;
	skeleton->rodata->own_pid = (u32)getpid();
	skeleton->rodata->class_count = options->class_count;
	skeleton->rodata->followed_classes = options->followed_classes;
	skeleton->rodata->cgroups_wanted = options->cgroups_wanted;
	bpf_map__set_max_entries(skeleton->maps.bulk, ring);
	bpf_map__set_max_entries(skeleton->maps.rare, ring_size(ring / 4));
	skeleton->rodata->bulk_batch = batch_of(skeleton->maps.bulk);
	skeleton->rodata->rare_batch = batch_of(skeleton->maps.rare);
	for (size_t i = 0; options->small_state && i < sizeof(state) / sizeof(state[0]); i++)
		bpf_map__set_max_entries(state[i], options->small_state);
	skeleton->rodata->descriptions_all = bpf_map__max_entries(skeleton->maps.descriptions);
	skeleton->rodata->descriptions_most = never_evicted(skeleton->maps.descriptions);
	skeleton->rodata->slots_all = bpf_map__max_entries(skeleton->maps.slots);
	skeleton->rodata->slots_most = never_evicted(skeleton->maps.slots);
	bpf_map__set_autocreate(skeleton->maps.tasks, kernel->task_storage);
	bpf_program__set_autoload(skeleton->progs.on_sys_enter, options->made_wanted);
	bpf_program__set_autoload(skeleton->progs.on_sys_enter_second, options->made_wanted);
	bpf_program__set_autoload(skeleton->progs.on_sys_enter_last, options->made_wanted);
	bpf_program__set_autoload(skeleton->progs.mark_tasks, kernel->task_storage && kernel->task_iterator);
	bpf_program__set_autoload(skeleton->progs.list_open, kernel->task_storage && kernel->task_iterator);
	bpf_program__set_autoload(skeleton->progs.collect_folds,
				  kernel->task_storage && kernel->task_iterator && kernel->fetching_atomics);
}

/* How much work each program is for the verifier: for those who write them. */
static void ask_for_costs(struct sensor_bpf *skeleton)
{
	struct bpf_program *program;

	bpf_object__for_each_program(program, skeleton->obj)
		bpf_program__set_log_level(program, 4); /* BPF_LOG_STATS */
}

/* What each program beyond the essential ones shows: the rows of the coverage. */
static const struct {
	const char *program, *shows;
} shown[] = {
	{ "on_cgroup_mkdir", "units and cgroups that are made later" },
	{ "on_cgroup_rmdir", "units and cgroups that end" },
	{ "on_signal", "which processes a signal to a group reaches" },
	{ "on_message_copied", "files that came, as the kernel has them" },
	{ "on_capable", "use of Linux capabilities" },
	{ "on_module", "names of modules that are loaded" },
	{ "on_io_submit", "asynchronous I/O (io_submit)" },
	{ "on_sys_enter", "which system calls are made" },
};

/* The tracepoint that a program stands at; NULL: it is a handler of calls or an iterator. */
static const char *tracepoint_of(const struct bpf_program *program)
{
	const char *section = bpf_program__section_name(program);

	/* Those of io_uring go on to handlers of calls, which only programs of their own kind may. */
	if (!strncmp(section, "raw_tp/io_uring_", 16))
		return section + 7;
	return strncmp(section, "tp_btf/", 7) ? NULL : section + 7;
}

/* The function of the kernel that a program stands at; NULL: it is another kind of program. */
static const char *function_of(const struct bpf_program *program)
{
	const char *section = bpf_program__section_name(program);

	return strncmp(section, "fentry/", 7) ? NULL : section + 7;
}

static const char *shown_by(const char *program)
{
	for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++)
		if (!strcmp(shown[i].program, program))
			return shown[i].shows;
	return program;
}

/*
 * Programs for tracepoints and functions that this kernel has not: libbpf would refuse all because of one. By their order
 * in the object.
 */
static void find_missing(struct sensor_bpf *skeleton, const struct kernel *kernel, const struct btf *btf,
			 bool missing[PROGRAMS_MOST])
{
	struct bpf_program *program;
	size_t at = 0;

	bpf_object__for_each_program(program, skeleton->obj) {
		const char *tracepoint = tracepoint_of(program), *function = function_of(program);

		if (at == PROGRAMS_MOST)
			return;
		missing[at] = tracepoint && !probe_tracepoint(btf, tracepoint);
		missing[at++] |= function && !(kernel->traced_functions && probe_function(btf, function));
	}
}

static void leave_out_again(struct sensor_bpf *skeleton, const struct kernel *kernel)
{
	struct bpf_program *program;

	bpf_object__for_each_program(program, skeleton->obj)
		if (again_of(bpf_program__name(program)) && !kernel->preemptible)
			bpf_program__set_autoload(program, false);
}

/* They are left out before loading. */
static void leave_out_missing(struct sensor_bpf *skeleton, const struct kernel *kernel, const bool missing[PROGRAMS_MOST])
{
	struct bpf_program *program;
	size_t at = 0;

	bpf_object__for_each_program(program, skeleton->obj)
		if (at < PROGRAMS_MOST && missing[at++])
			bpf_program__set_autoload(program, false);
	leave_out_again(skeleton, kernel);
	/* The same names with other arguments, which do not say which request it is. */
	if (!kernel->io_uring_submit_old)
		bpf_program__set_autoload(skeleton->progs.on_uring_submit_old, false);
	if (!kernel->io_uring_complete || !(kernel->io_uring_submit || kernel->io_uring_submit_old))
		bpf_program__set_autoload(skeleton->progs.on_uring_complete, false);
}

static void cover_programs(struct loaded *loaded, const struct sensor_bpf *skeleton)
{
	struct bpf_program *program;

	bpf_object__for_each_program(program, skeleton->obj) {
		const char *name = bpf_program__name(program), *tracepoint = tracepoint_of(program);
		char why[160];

		if (!tracepoint || is_essential(name) || again_of(name) || !strncmp(name, "on_uring_", 9))
			continue;
		if (program == skeleton->progs.on_sys_enter && !skeleton->rodata->made_wanted)
			continue;
		snprintf(why, sizeof(why), "this kernel has no tracepoint %s, or passes it other arguments", tracepoint);
		cover(loaded, shown_by(name), bpf_program__autoload(program) ? NULL : why);
	}
}

static void say_refused(int failed, char *problem, size_t size)
{
	if (failed == -ENOMEM)
		snprintf(problem, size, "the kernel has no memory for the sensor");
	else if (failed == -EMFILE)
		snprintf(problem, size,
			 "too few open files are allowed here: raise the limit (LimitNOFILE= of the unit, ulimit -n)");
	else
		snprintf(problem, size, "the kernel does not load the sensor: %s", listening.last);
}

/*
 * Loads what this kernel takes: each program that it refuses is left out of the next attempt. The kernel's types are freed
 * as soon as they are not needed: libbpf reads them once more, and together they are the most that the sensor ever takes.
 */
static int load_what_goes(struct loaded *loaded, struct sensor_bpf **what, const struct load_options *options,
			  struct btf *btf, char *problem, size_t size)
{
	bool missing[PROGRAMS_MOST] = {};
	char left_out[PROGRAMS_MOST][64];
	size_t left = 0;

	for (;;) {
		struct sensor_bpf *skeleton = load_object(&loaded->kernel);
		struct bpf_program *program;
		int failed;

		if (!skeleton) {
			failed = errno ? -errno : -EINVAL;
			snprintf(problem, size, "the kernel half cannot be read: %s", strerror(-failed));
			btf__free(btf);
			return failed;
		}
		set_up(skeleton, &loaded->kernel, options);
		if (btf)
			find_missing(skeleton, &loaded->kernel, btf, missing);
		btf__free(btf);
		btf = NULL;
		leave_out_missing(skeleton, &loaded->kernel, missing);
		if (options->verbose > 1)
			ask_for_costs(skeleton);
		for (size_t i = 0; i < left; i++) {
			program = bpf_object__find_program_by_name(skeleton->obj, left_out[i]);
			bpf_program__set_autoload(program, false);
		}
		listening.refused[0] = '\0';
		failed = sensor_bpf__load(skeleton);
		if (!failed) {
			*what = skeleton;
			for (size_t i = 0; i < left; i++)
				cover(loaded, shown_by(left_out[i]), "this kernel refuses the program");
			return 0;
		}
		sensor_bpf__destroy(skeleton);
		if (!listening.refused[0] || is_essential(listening.refused) || left == PROGRAMS_MOST) {
			say_refused(failed, problem, size);
			return failed;
		}
		snprintf(left_out[left++], sizeof(left_out[0]), "%s", listening.refused);
	}
}

static int fill_handlers(struct sensor_bpf *skeleton)
{
	int handlers = bpf_map__fd(skeleton->maps.handlers), compat = bpf_map__fd(skeleton->maps.compat_numbers);

	for (size_t i = 0; i < call_handler_count; i++) {
		const struct call_handler *each = &call_handlers[i];
		struct bpf_program *program = bpf_object__find_program_by_name(skeleton->obj, each->program);
		int fd = program ? bpf_program__fd(program) : -1;

		if (!program)
			return -ENOENT;
		if (fd >= 0 && bpf_map_update_elem(handlers, &each->number, &fd, BPF_ANY))
			return -errno;
	}
	for (size_t i = 0; i < compat_call_count; i++) {
		uint32_t native = compat_calls[i].native + 1;

		if (bpf_map_update_elem(compat, &compat_calls[i].number, &native, BPF_ANY))
			return -errno;
	}
	return 0;
}

/* What holds on every kernel, and what depends on mechanisms that are no program of ours. */
static void cover_mechanisms(struct loaded *loaded, const struct sensor_bpf *skeleton)
{
	const struct kernel *kernel = &loaded->kernel;
	static const char *const carried_not[] = { "shared memory",	"memory of CLONE_VM", "memory of another process",
						   "message queues",	"terminals",	      "TCP over loopback",
						   "UDP over loopback" };

	cover(loaded, "system calls, exec, fork, exit", NULL);
	cover(loaded, "folds of sleeping threads in time",
	      kernel->fetching_atomics && kernel->task_storage && kernel->task_iterator ?
		      NULL :
		      "kernels before 5.12 cannot collect them; they are told with the thread's next use or its end");
	/* One that the kernel refused is told already. */
	if (bpf_program__fd(skeleton->progs.on_io_submit) >= 0)
		cover(loaded, shown_by("on_io_submit"), NULL);
	cover(loaded, "state of any number of threads",
	      kernel->task_storage ? NULL : "kernels before 5.12 have no task storage; 4,096 threads fit");
	cover(loaded, "io_uring: what its requests do",
	      kernel->io_uring_complete && (kernel->io_uring_submit || kernel->io_uring_submit_old) ?
		      NULL :
		      "this kernel's tracepoints do not say which request was submitted and completed");
	cover(loaded, "io_uring: paths that its requests name",
	      kernel->caller_names ? NULL : "this kernel does not keep where the caller's text is, and its own copy is gone by then");
	cover(loaded, "descriptors that came without a number",
	      kernel->skb_copy_datagram ? NULL : "on this kernel they are told with their first use only");
	cover(loaded, "cgroups and units of all processes",
	      kernel->cgroup_v2 ? NULL : "cgroup v1 or hybrid: what is in cgroups of v1 alone cannot be told apart");
	for (size_t i = 0; i < sizeof(carried_not) / sizeof(carried_not[0]); i++) {
		char name[64];

		snprintf(name, sizeof(name), "flow over %s", carried_not[i]);
		cover(loaded, name, "what a process holds is not carried that way");
	}
	cover(loaded, "descriptors that were open before the start",
	      bpf_program__autoload(skeleton->progs.list_open) ? NULL :
								 "this kernel cannot list them; each is told with its first use");
	cover(loaded, "system calls by the x32 table", "not looked at; few kernels have it (CONFIG_X86_X32_ABI)");
	cover(loaded, "descriptors that a seccomp supervisor puts in", "only its uses are told");
	cover(loaded, "descriptors that any device driver makes",
	      "told with its first use, but of KVM, VFIO, DMA buffers, terminals, namespaces and pidfds");
	cover(loaded, "flow on a receive that waited for its sender",
	      "its sender's call may end after it; known from the receiver's next use on");
	cover(loaded, "times of access to a mapping", "only the time of the mapping is known");
}

static bool looks_at_calls(const char *name)
{
	return !strncmp(name, "on_sys_exit", strlen("on_sys_exit"));
}

/* Handlers are called by on_sys_exit and the iterators are read when wanted; what stands at a tracepoint is attached. */
static int attach(struct loaded *loaded, const struct sensor_bpf *skeleton, char *problem, size_t size)
{
	struct bpf_program *program;
	int failed = 0;

	bpf_object__for_each_program(program, skeleton->obj) {
		bool stands = tracepoint_of(program) || looks_at_calls(bpf_program__name(program));

		if (!failed && stands && bpf_program__autoload(program))
			failed = kept_attach(&loaded->kept, program);
	}
	if (failed)
		snprintf(problem, size, "the kernel does not take the sensor's programs: %s", listening.last);
	return failed;
}

/* Each by itself: a function that cannot be traced is no reason to stop. */
static void attach_lookups(struct loaded *loaded, const struct sensor_bpf *skeleton)
{
	const char *why = NULL;
	struct bpf_program *program;
	char text[160];

	bpf_object__for_each_program(program, skeleton->obj) {
		const char *function = function_of(program);
		bool stands = function && bpf_program__autoload(program) && !kept_attach(&loaded->kept, program);

		if (function && !stands && !why) {
			snprintf(text, sizeof(text), "%s cannot be traced here: the path that the caller wrote is all there is",
				 function);
			why = text;
		}
	}
	cover(loaded, "objects of what is changed by its path", why);
}

/* From what was loaded to what is kept. 0, or a negative errno with the reason in `problem`. */
static int begin(struct loaded *loaded, struct sensor_bpf *skeleton, char *problem, size_t size)
{
	int failed;

	cover_mechanisms(loaded, skeleton);
	cover_programs(loaded, skeleton);
	failed = fill_handlers(skeleton);
	if (failed) {
		snprintf(problem, size, "the table of system calls cannot be filled: %s", strerror(-failed));
		return failed;
	}
	attach_lookups(loaded, skeleton);
	failed = attach(loaded, skeleton, problem, size);
	if (failed)
		return failed;
	failed = kept_take(&loaded->kept, skeleton, &loaded->kernel);
	if (failed)
		say_refused(failed, problem, size);
	return failed;
}

int load_open(struct loaded *loaded, const struct load_options *options, char *problem, size_t size)
{
	struct sensor_bpf *skeleton;
	const char *obstacle;
	struct btf *btf;
	int failed;

	memset(loaded, 0, sizeof(*loaded));
	loaded->round_began = clock_boot_now();
	listening.verbose = options->verbose;
	libbpf_set_print(listen_to_libbpf);
	btf = btf__load_vmlinux_btf();
	probe_kernel(&loaded->kernel, btf);
	obstacle = probe_obstacle(&loaded->kernel);
	if (obstacle) {
		snprintf(problem, size, "%s", obstacle);
		btf__free(btf);
		return -ENOTSUP;
	}
	failed = load_what_goes(loaded, &skeleton, options, btf, problem, size);
	if (failed)
		return failed;
	failed = begin(loaded, skeleton, problem, size);
	sensor_bpf__destroy(skeleton);
	return failed;
}

void load_close(struct loaded *loaded)
{
	kept_close(&loaded->kept);
}

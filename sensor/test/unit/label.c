/* SPDX-License-Identifier: Apache-2.0 */
#include <unistd.h>

#include "src/label.h"
#include "src/task.h"
#include "test/unit/unit.h"

static const struct task task = { .name = "summarize", .digest = "00ff" };

static struct {
	unsigned int began, ended;
	struct task_run run;
	struct dp_process self;
	uint64_t boot;
} told;

static void listen(void *context, enum label_change change, const struct task_run *run, const struct dp_process *self,
		   uint64_t boot)
{
	check(context == &told);
	if (change == LABEL_BEGAN)
		told.began++;
	else
		told.ended++;
	told.run = *run;
	told.self = *self;
	told.boot = boot;
}

struct record {
	struct dp_use use;
	struct dp_part head;
	struct dp_relatives relatives;
};

static struct record record_of(enum dp_action action, uint32_t pid, uint32_t label, uint32_t child)
{
	struct record record = { .use = { .size = sizeof(record), .parts = 1, .action = (uint8_t)action, .label = label,
					  .time = 1000 + pid, .process = { .pid = pid, .start = 7 } },
				 .head = { .kind = DP_PART_PARENT, .length = sizeof(struct dp_relatives) },
				 .relatives = { .child = { .pid = child } } };

	return record;
}

static void learn(struct labels *labels, enum dp_action action, uint32_t pid, uint32_t label, uint32_t child)
{
	struct record record = record_of(action, pid, label, child);

	labels_learn(labels, &record.use);
}

static void a_run_lasts_until_its_last_process_is_gone(void)
{
	struct labels *labels = labels_new(NULL, listen, &told);
	const struct dp_process launcher = { .pid = 5 }, first = { .pid = 10, .start = 7 };
	uint32_t number = labels_add(labels, &task, "agent", LABEL_BY_LAUNCHER, &launcher, 1000)->number;
	const struct task_run *run = labels_find(labels, number);

	memset(&told, 0, sizeof(told));
	check(number == 1 && run && strlen(run->run) == 32 && run->launcher.pid == 5 && run->uid == 1000);
	check_text(run->task, strlen(run->task), "summarize");
	check_text(run->agent, strlen(run->agent), "agent");
	check(!labels_find(labels, 0) && !labels_find(labels, 2) && !labels_find(labels, number + 8192));
	labels_begin(labels, number, &first, 99);
	check(told.began == 1 && told.self.pid == 10 && told.boot == 99);
	labels_begin(labels, number, &first, 100);
	learn(labels, DP_PROCESS_EXEC, 10, number, 0);
	learn(labels, DP_PROCESS_FORK, 10, number, 11);
	learn(labels, DP_PROCESS_FORK, 11, number, 12);
	learn(labels, DP_PROCESS_FORK, 50, 0, 51); /* somebody else */
	learn(labels, DP_PROCESS_EXIT, 10, number, 0);
	learn(labels, DP_PROCESS_EXIT, 51, 0, 0);
	learn(labels, DP_PROCESS_EXIT, 12, number, 0);
	check(told.began == 1 && told.ended == 0);
	learn(labels, DP_PROCESS_EXIT, 11, number, 0);
	check(told.ended == 1 && told.self.pid == 11 && told.boot == 1011);
	learn(labels, DP_PROCESS_EXIT, 11, number, 0);
	check(told.ended == 1);
	check(labels_find(labels, number) != NULL); /* events of it still come */
	labels_free(labels);
	labels_free(NULL);
}

static void a_unit_begins_with_its_first_exec(void)
{
	struct labels *labels = labels_new(NULL, listen, &told);
	uint32_t number = labels_add(labels, &task, "", LABEL_BY_UNIT, NULL, 0)->number;

	memset(&told, 0, sizeof(told));
	learn(labels, DP_PROCESS_EXEC, 20, number, 0);
	learn(labels, DP_PROCESS_EXEC, 21, number, 0);
	learn(labels, DP_PROCESS_EXIT, 20, number, 0);
	check(told.began == 1 && told.ended == 0);
	learn(labels, DP_PROCESS_EXIT, 21, number, 0);
	check(told.ended == 1 && told.run.source == LABEL_BY_UNIT);
	labels_free(labels);
}

static void a_launched_run_begins_when_the_kernel_says_who_it_is(void)
{
	struct labels *labels = labels_new(NULL, listen, &told);
	const struct dp_process launcher = { .pid = 5 };
	uint32_t number = labels_add(labels, &task, "", LABEL_BY_LAUNCHER, &launcher, 0)->number;
	struct record seen = record_of(DP_PROCESS_EXEC, 10, number, 0);

	memset(&told, 0, sizeof(told));
	seen.use.flags = DP_SEEN;
	seen.relatives.parent = (struct dp_process){ .pid = 5, .start = 3 };
	labels_learn(labels, &seen.use);
	check(told.began == 1 && told.self.pid == 10 && told.self.start == 7 && told.boot == 1010);
	check(told.run.launcher.pid == 5 && told.run.launcher.start == 3);
	/* what it becomes is no second beginning */
	learn(labels, DP_PROCESS_EXEC, 10, number, 0);
	learn(labels, DP_PROCESS_EXIT, 10, number, 0);
	check(told.began == 1 && told.ended == 1);
	labels_free(labels);
}

static void a_process_that_goes_over_to_a_subtask_leaves_its_run(void)
{
	struct labels *labels = labels_new(NULL, listen, &told);
	const struct dp_process first = { .pid = 10 }, child = { .pid = 11 };
	uint32_t whole = labels_add(labels, &task, "", LABEL_BY_LAUNCHER, NULL, 0)->number;
	uint32_t part = labels_add(labels, &task, "", LABEL_BY_LAUNCHER, NULL, 0)->number;

	memset(&told, 0, sizeof(told));
	labels_begin(labels, whole, &first, 1);
	learn(labels, DP_PROCESS_FORK, 10, whole, 11);
	labels_begin(labels, part, &child, 2);
	learn(labels, DP_PROCESS_EXIT, 10, whole, 0);
	check(told.ended == 1 && told.run.number == whole);
	learn(labels, DP_PROCESS_EXIT, 11, part, 0);
	check(told.ended == 2 && told.run.number == part);
	labels_free(labels);
}

/* What the kernel says: this process itself carries that label. */
static uint32_t carried;

static uint32_t read_label(void *context, uint32_t pid)
{
	check(context == &told);
	return pid == (uint32_t)getpid() ? carried : 0;
}

static void what_was_lost_is_found_by_looking(void)
{
	struct labels *labels = labels_new(read_label, listen, &told);
	const struct dp_process first = { .pid = 999999 };
	uint32_t number = labels_add(labels, &task, "", LABEL_BY_LAUNCHER, NULL, 0)->number;
	uint64_t second = 1000000000ull;

	memset(&told, 0, sizeof(told));
	labels_begin(labels, number, &first, 1);
	carried = number;
	learn(labels, DP_PROCESS_EXIT, 999999, number, 0); /* whose child's birth was lost */
	check(told.ended == 0);
	carried = 0; /* its end is lost as well */
	labels_sweep(labels, 20 * second);
	labels_sweep(labels, 21 * second);
	check(told.ended == 0);
	labels_sweep(labels, 31 * second);
	check(told.ended == 1);
	labels_sweep(labels, 51 * second);
	check(told.ended == 1);
	/* one whose process was never heard of is no run at all */
	number = labels_add(labels, &task, "", LABEL_BY_LAUNCHER, NULL, 0)->number;
	labels_sweep(labels, 71 * second);
	check(labels_find(labels, number) != NULL);
	labels_sweep(labels, 91 * second);
	check(labels_find(labels, number) == NULL && told.ended == 1);
	labels_free(labels);
}

static void there_is_a_bound_on_runs_that_go_on(void)
{
	struct labels *labels = labels_new(NULL, NULL, NULL);
	const struct dp_process first = { .pid = 1 };
	uint32_t number = 0;

	for (int i = 0; i < 4096; i++)
		number = labels_add(labels, &task, "", LABEL_BY_LAUNCHER, NULL, 0)->number;
	check(!labels_add(labels, &task, "", LABEL_BY_LAUNCHER, NULL, 0));
	labels_drop(labels, number);
	check(labels_find(labels, number) == NULL);
	for (uint32_t i = 0; i < 20000; i++) {
		number = labels_add(labels, &task, "", LABEL_BY_LAUNCHER, NULL, 0)->number;
		labels_begin(labels, number, &first, 1);
		learn(labels, DP_PROCESS_EXIT, 1, number, 0);
	}
	check(number > 20000 && labels_find(labels, number) && labels_find(labels, 1));
	labels_free(labels);
}

/* Against a plain count of who holds what. */
static void processes_are_counted_right(void)
{
	for (struct unit_fuzz fuzz = unit_fuzz_begin(); unit_fuzz_more(&fuzz);) {
		struct labels *labels = labels_new(NULL, listen, &told);
		const struct dp_process first = { .pid = 1 };
		uint32_t number = labels_add(labels, &task, "", LABEL_BY_LAUNCHER, NULL, 0)->number;
		bool alive[300] = { false, true };
		unsigned int count = 1;

		memset(&told, 0, sizeof(told));
		labels_begin(labels, number, &first, 1);
		for (size_t step = unit_below(400); step && count; step--) {
			/* pids that share places */
			uint32_t pid = 1 + (uint32_t)unit_below(299);

			if (alive[pid] && unit_below(2)) {
				learn(labels, DP_PROCESS_EXIT, pid, number, 0);
				alive[pid] = false;
				count--;
			} else if (!alive[pid]) {
				learn(labels, DP_PROCESS_FORK, 1, number, pid);
				alive[pid] = true;
				count++;
			}
			check(told.ended == (count == 0));
		}
		for (uint32_t pid = 1; pid < 300 && count; pid++)
			if (alive[pid]) {
				check(told.ended == 0);
				learn(labels, DP_PROCESS_EXIT, pid, number, 0);
				count--;
			}
		check(told.ended == 1);
		labels_free(labels);
	}
}

static void runs_go_on_under_another_sensor(void)
{
	struct labels *old = labels_new(NULL, listen, &told), *fresh = labels_new(NULL, listen, &told);
	const struct dp_process launcher = { .pid = 5 };
	uint32_t first = labels_add(old, &task, "agent", LABEL_BY_LAUNCHER, &launcher, 1000)->number, second;
	const struct task_run *run;
	bool began;
	size_t at = 0, count = 0;

	second = labels_add(old, &task, "", LABEL_BY_LAUNCHER, &launcher, 1000)->number;
	learn(old, DP_PROCESS_EXEC, 10, first, 0);
	while ((run = labels_next(old, &at, &began))) {
		count++;
		check(began == (run->number == first));
		check(labels_restore(fresh, run, began, labels_last(old)));
		check(!labels_restore(fresh, run, began, labels_last(old)));
	}
	check(count == 2);
	check(!strcmp(labels_find(fresh, first)->run, labels_find(old, first)->run));
	/* What began is not told again, what did not is; and a new run has a new number. */
	memset(&told, 0, sizeof(told));
	learn(fresh, DP_PROCESS_EXEC, 10, first, 0);
	check(told.began == 0);
	learn(fresh, DP_PROCESS_EXEC, 11, second, 0);
	check(told.began == 1 && told.run.number == second);
	check(labels_add(fresh, &task, "", LABEL_BY_LAUNCHER, &launcher, 1000)->number > second);
	learn(fresh, DP_PROCESS_EXIT, 10, first, 0);
	check(told.ended == 1 && told.run.number == first);
	labels_free(old);
	labels_free(fresh);
}

/* Nobody has any label. */
static uint32_t read_nothing(void *context, uint32_t pid)
{
	(void)context;
	(void)pid;
	return 0;
}

static void what_ended_under_the_sensor_before_is_over_at_its_time(void)
{
	struct labels *labels = labels_new(read_nothing, listen, &told);
	struct task_run ended = { .number = 1 }, goes_on = { .number = 2 }, waits = { .number = 3, .source = LABEL_BY_UNIT };

	memset(&told, 0, sizeof(told));
	check(labels_restore(labels, &ended, true, 3) && labels_restore(labels, &goes_on, true, 3) &&
	      labels_restore(labels, &waits, false, 3));
	learn(labels, DP_PROCESS_FORK, 20, 2, 21);
	labels_count(labels);
	check(told.ended == 0);
	labels_settle(labels, 500);
	check(told.ended == 1 && told.run.number == 1 && told.boot == 500);
	/* and not once more, however often it is looked */
	labels_settle(labels, 501);
	labels_sweep(labels, 20 * 1000000000ull);
	check(told.ended == 1);
	labels_free(labels);
}

int main(void)
{
	return unit_run((const struct unit_case[]){
		CASE(a_run_lasts_until_its_last_process_is_gone), CASE(a_unit_begins_with_its_first_exec),
		CASE(a_launched_run_begins_when_the_kernel_says_who_it_is),
		CASE(a_process_that_goes_over_to_a_subtask_leaves_its_run), CASE(what_was_lost_is_found_by_looking),
		CASE(there_is_a_bound_on_runs_that_go_on), CASE(processes_are_counted_right),
		CASE(runs_go_on_under_another_sensor), CASE(what_ended_under_the_sensor_before_is_over_at_its_time), {} });
}

/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "src/health.h"
#include "src/load.h"
#include "src/loss.h"

#define AGAIN_AFTER 60000000000ull /* ns */

/* Words for all that is counted; for what is remembered also what it means that there was no room. */
static const struct {
	const char *name, *reason;
} noted[DP_TROUBLES] = {
	[DP_FILES_EVICTED] = { "descriptions", "more files are open than are remembered: what is not known is forgotten, not new" },
	[DP_DESCRIPTORS_EVICTED] = { "descriptors",
				     "more descriptors are open than are remembered: what is not known is forgotten, not new" },
	[DP_PINNED_FULL] = { "classed", "no room for a classed or passed description, or for what an object carries" },
	[DP_FLOWS_FULL] = { "flows", "no room for what a process holds" },
	[DP_TASKS_FULL] = { "threads", "no room for a thread, which is not watched" },
	[DP_EMPTY_POLLS] = { "empty_polls", NULL },
	[DP_RESTARTED] = { "restarted_calls", NULL },
	[DP_CANCELLED] = { "cancelled_requests", NULL },
	[DP_ADMIN_NOISE] = { "memory_accounting", NULL },
	[DP_UNREAD] = { "unread", NULL },
	[DP_MADE_FULL] = { "calls", "no room for which system calls another cgroup makes" },
};

const char *health_noted_name(enum dp_trouble which)
{
	return which < DP_TROUBLES && noted[which].name ? noted[which].name : "unknown";
}

static uint64_t resident_bytes(void)
{
	unsigned long long size, resident = 0;
	FILE *file = fopen("/proc/self/statm", "re");

	if (!file)
		return 0;
	if (fscanf(file, "%llu %llu", &size, &resident) != 2)
		resident = 0;
	fclose(file);
	return resident * (uint64_t)sysconf(_SC_PAGESIZE);
}

static uint64_t cpu_milliseconds(void)
{
	struct rusage used;

	if (getrusage(RUSAGE_SELF, &used))
		return 0;
	return (uint64_t)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000 +
	       (uint64_t)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1000;
}

void health_take(struct health *health, const struct loaded *loaded, const struct loss *loss)
{
	health->cpu = cpu_milliseconds();
	health->rss = resident_bytes();
	health->lost = loss->total;
	for (int action = 1; action < DP_ACTIONS; action++) {
		health->uses[action].lost = loss->by_action[action];
		for (int class_number = 0; loaded && class_number < DP_CLASSES; class_number++) {
			uint64_t counts[DP_COUNTS];

			load_counts(loaded, action, class_number, counts);
			health->uses[action].made += counts[DP_MADE];
			health->uses[action].folded += counts[DP_FOLDED_IN];
			health->folded += counts[DP_FOLDED_IN];
		}
	}
	for (unsigned int which = 0; loaded && which < DP_TROUBLES; which++)
		health->noted[which] = load_trouble(loaded, which);
}

void memories_look(struct memories *memories, const struct loaded *loaded, uint64_t now, memory_teller tell, void *context)
{
	for (unsigned int which = 0; which < DP_TROUBLES; which++) {
		uint64_t times;

		if (!noted[which].reason || now < memories->again_at[which])
			continue;
		times = load_trouble(loaded, which);
		if (times <= memories->told[which])
			continue;
		tell(context, noted[which].name, noted[which].reason, times - memories->told[which]);
		memories->told[which] = times;
		memories->again_at[which] = now + AGAIN_AFTER;
	}
}

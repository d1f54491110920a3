/* SPDX-License-Identifier: Apache-2.0 */
#include "src/cgroup.h"
#include "src/clock.h"
#include "src/event.h"
#include "src/host.h"
#include "src/label.h"
#include "src/view.h"

/* {"id": ...} below a name; nothing for "". */
static void id_below(struct text *line, const char *outer, const char *key, const char *id)
{
	size_t begun;

	if (!id[0])
		return;
	begun = json_begin(line, outer, '{');
	json_text(line, key, id);
	json_end(line, begun, '{');
}

static void agent(const struct task_run *run, struct text *line)
{
	size_t begun = json_begin(line, "gen_ai", '{');

	id_below(line, "agent", "name", run->agent);
	json_end(line, begun, '{');
}

void frame_unit(const struct cgroup *cgroup, struct text *line)
{
	size_t begun;

	id_below(line, "service", "name", cgroup->unit);
	id_below(line, "container", "id", cgroup->container);
	begun = json_begin(line, "orchestrator", '{');
	id_below(line, "resource", "id", cgroup->pod);
	json_end(line, begun, '{');
}

void frame_cgroup(const struct cgroup *cgroup, struct text *line)
{
	size_t begun = json_begin(line, "cgroup", '{');

	json_number_text(line, "id", cgroup->id);
	if (cgroup->path[0])
		json_text(line, "path", cgroup->path);
	json_end(line, begun, '{');
}

void frame_around(const struct view *view, struct text *line)
{
	const struct cgroup *cgroup = view->cgroup;
	const struct task_run *run = view_run(view, view->use->label);
	size_t begun = json_begin(line, "user", '{');

	private_id(view, line, "id", view->use->uid);
	detail_user(view, line);
	json_end(line, begun, '{');
	frame_unit(cgroup, line);
	if (run)
		agent(run, line);
}

static void task(const struct task_run *run, struct text *line)
{
	size_t begun = json_begin(line, "task", '{');

	json_text(line, "id", run->task);
	json_text(line, "name", run->task);
	json_text(line, "run", run->run);
	json_text(line, "source", run->source == LABEL_BY_UNIT ? "unit" : "launcher");
	json_end(line, begun, '{');
}

void frame_own(const struct view *view, const struct stamp *stamp, struct text *line)
{
	const struct dp_use *use = view->use;
	const struct task_run *run = view_run(view, use->label);
	size_t begun = json_begin(line, "sensor", '{');

	json_text(line, "run", view->host->run);
	json_end(line, begun, '{');
	if (stamp->late)
		json_true(line, "late");
	if (stamp->lost)
		json_long(line, "lost", stamp->lost);
	begun = json_begin(line, "time", '{');
	json_long(line, "boot", use->time / 1000);
	json_end(line, begun, '{');
	begun = json_begin(line, "clock", '{');
	json_unsigned(line, "epoch", clock_epoch(view->clock, use->time));
	json_end(line, begun, '{');
	if (run)
		task(run, line);
	if (use->cgroup)
		frame_cgroup(view->cgroup, line);
	begun = json_begin(line, "process", '{');
	json_unsigned(line, "image", use->image);
	if (use->mount_namespace) {
		size_t inner = json_begin(line, "namespace", '{');

		json_number_text(line, "mount", use->mount_namespace);
		json_end(line, inner, '{');
	}
	json_end(line, begun, '{');
}

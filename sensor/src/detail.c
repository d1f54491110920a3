/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "src/clock.h"
#include "src/names.h"
#include "src/redact.h"
#include "src/view.h"

static void capability_set(struct text *line, const char *key, uint64_t set)
{
	size_t begun = json_begin(line, key, '[');

	for (unsigned int i = 0; i < 64; i++)
		if ((set >> i) & 1)
			json_text(line, NULL, name_of_capability(i));
	json_end(line, begun, '[');
}

static void arguments(struct view *view, struct text *line)
{
	const struct dp_part *part = view->parts[DP_PART_ARGUMENTS];
	size_t count;

	if (!part)
		return;
	text_clear(&view->scratch);
	count = redact_arguments(view->redaction, line, "args", (const char *)(part + 1), part->length, &view->scratch);
	json_unsigned(line, "args_count", count);
	json_string(line, "command_line", view->scratch.bytes ? view->scratch.bytes : "", view->scratch.length);
}

/* wait(2): the exit status, or 128 and the signal, as shells say it. */
static unsigned int exit_code(uint64_t status)
{
	return status & 0x7f ? 128 + (unsigned int)(status & 0x7f) : (unsigned int)(status >> 8) & 0xff;
}

void detail_process(struct view *view, struct text *line)
{
	const struct dp_credentials *credentials = view_part(view, DP_PART_CREDENTIALS, sizeof(*credentials));
	struct path_text directory;

	switch (view->use->action) {
	case DP_PROCESS_EXEC:
		arguments(view, line);
		if (view->parts[DP_PART_DIRECTORY]) {
			path_of_components(view->parts[DP_PART_DIRECTORY], &directory);
			private_path(view, line, "working_directory", directory.bytes, directory.length);
		}
		break;
	case DP_PROCESS_EXIT:
		json_time(line, "end", clock_utc(view->clock, view->use->time));
		if (view->parts[DP_PART_NUMBERS])
			json_unsigned(line, "exit_code", exit_code(view_number(view, 0)));
		break;
	default:
		break;
	}
	{
		size_t thread = json_begin(line, "thread", '{'), set;

		/* Which thread was the last of a process that ends says nothing. */
		json_unsigned(line, "id",
			      view->use->action == DP_PROCESS_EXIT ? view->use->process.pid : view->use->thread);
		set = json_begin(line, "capabilities", '{');
		if (credentials && view->use->action == DP_PRIVILEGE_CHANGE) {
			capability_set(line, "effective", credentials->effective);
			capability_set(line, "permitted", credentials->permitted);
		}
		json_end(line, set, '{');
		json_end(line, thread, '{');
	}
}

static void id_text(const struct view *view, struct text *line, const char *outer, uint32_t id)
{
	size_t begun = json_begin(line, outer, '{');

	private_id(view, line, "id", id);
	json_end(line, begun, '{');
}

void detail_user(const struct view *view, struct text *line)
{
	const struct dp_credentials *credentials = view_part(view, DP_PART_CREDENTIALS, sizeof(*credentials));

	if (!credentials || view->use->action != DP_PRIVILEGE_CHANGE)
		return;
	id_text(view, line, "effective", credentials->euid);
	id_text(view, line, "changes", credentials->uid);
}

static void names_of_bits(struct text *line, const char *key, uint64_t set, const struct bit_name *names)
{
	size_t begun = json_begin(line, key, '[');

	for (; names->name; names++)
		if ((set & names->bits) == names->bits)
			json_text(line, NULL, names->name);
	json_end(line, begun, '[');
}

/* What a part of plain text says, up to its NUL. */
static void part_text(struct text *line, const char *key, const struct dp_part *part)
{
	const char *bytes = (const char *)(part + 1);
	size_t length = part ? strnlen(bytes, part->length) : 0;

	if (length)
		json_string(line, key, bytes, length);
}

static void memory(const struct view *view, struct text *line)
{
	static const struct bit_name protections[] = {
		{ PROT_READ, "read" }, { PROT_WRITE, "write" }, { PROT_EXEC, "exec" }, { 0, NULL }
	};
	size_t begun = json_begin(line, "memory", '{');

	names_of_bits(line, "protection", view_number(view, 0), protections);
	/* MAP_SHARED_VALIDATE has the bit too. */
	if (view->use->action == DP_FILE_MAP && (view_number(view, 1) & MAP_SHARED))
		json_true(line, "shared");
	json_end(line, begun, '{');
}

static void namespaces(const struct view *view, struct text *line)
{
	uint64_t kinds = view_number(view, 0), entered = view_number(view, 1);
	size_t begun = json_begin(line, "namespace", '{');
	char id[64];

	names_of_bits(line, "kind", kinds, namespace_names);
	for (const struct bit_name *name = namespace_names; entered && name->name; name++)
		if (name->bits == kinds) {
			snprintf(id, sizeof(id), "%s:[%llu]", name->name, (unsigned long long)entered);
			json_text(line, "id", id);
		}
	json_end(line, begun, '{');
}

/* How a mount changes other mounts and not itself: MS_MOVE and its like are told apart by the operation. */
static void mount(const struct view *view, struct text *line)
{
	const struct dp_part *before = view->parts[DP_PART_STRING_BEFORE];
	size_t begun = json_begin(line, "mount", '{');

	if (view->before.length && before && ((const char *)(before + 1))[0] == '/')
		private_path(view, line, "source", view->before.bytes, view->before.length);
	else if (before)
		part_text(line, "source", before);
	if (view->parts[DP_PART_NAME])
		part_text(line, "type", view->parts[DP_PART_NAME]);
	names_of_bits(line, "flags", view_number(view, 0), mount_flag_names);
	json_end(line, begun, '{');
}

static void bpf(const struct view *view, struct text *line)
{
	uint64_t command = view_number(view, 0), type = view_number(view, 1);
	size_t begun = json_begin(line, "bpf", '{');

	json_text(line, "command", name_of_bpf_command((unsigned int)command));
	if (view->parts[DP_PART_NAME])
		part_text(line, "program", view->parts[DP_PART_NAME]);
	if (command == 0)
		json_text(line, "type", name_of_bpf_map((unsigned int)type));
	if (command == 5)
		json_text(line, "type", name_of_bpf_program((unsigned int)type));
	json_end(line, begun, '{');
}

static void one(struct text *line, const char *outer, const char *key, const char *value)
{
	size_t begun = json_begin(line, outer, '{');

	json_text(line, key, value);
	json_end(line, begun, '{');
}

static void audit(const struct view *view, struct text *line)
{
	unsigned int type = (unsigned int)view_number(view, 0);
	const char *name = name_of_audit_message(type);
	char number[32];

	snprintf(number, sizeof(number), "AUDIT_%u", type);
	one(line, "audit", "change", name ? name : number);
}

void detail_own(const struct view *view, struct text *line)
{
	char text[16];

	switch (view->use->action) {
	case DP_FILE_MAP:
	case DP_MEMORY_EXEC:
		memory(view, line);
		break;
	case DP_PROCESS_SIGNAL:
		json_text(line, "signal", name_of_signal((unsigned int)view_number(view, 0), text));
		break;
	case DP_PRIVILEGE_USE:
		json_text(line, "linux_capability", name_of_capability((unsigned int)view_number(view, 0)));
		(view_number(view, 1) ? json_true : json_false)(line, "granted");
		break;
	case DP_NAMESPACE_CHANGE:
		namespaces(view, line);
		break;
	case DP_MOUNT:
		mount(view, line);
		break;
	case DP_MODULE_LOAD:
		if (view->parts[DP_PART_NAME]) {
			size_t begun = json_begin(line, "module", '{');

			part_text(line, "name", view->parts[DP_PART_NAME]);
			json_end(line, begun, '{');
		}
		break;
	case DP_BPF_USE:
		bpf(view, line);
		break;
	case DP_AUDIT_CHANGE:
		audit(view, line);
		break;
	default:
		break;
	}
}

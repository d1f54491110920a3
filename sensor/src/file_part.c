/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>
#include <sys/stat.h>

#include "src/view.h"

static const char *const types[16] = { [S_IFREG >> 12] = "file",   [S_IFDIR >> 12] = "dir",	[S_IFLNK >> 12] = "symlink",
				       [S_IFCHR >> 12] = "device", [S_IFBLK >> 12] = "device", [S_IFIFO >> 12] = "fifo",
				       [S_IFSOCK >> 12] = "socket" };

static void names(const struct view *view, struct text *line)
{
	const struct path_text *path = &view->path;
	const char *slash = memrchr(path->bytes, '/', path->length), *name = slash ? slash + 1 : path->bytes, *dot;
	size_t length = (size_t)(path->bytes + path->length - name);

	/* The program itself, on exec, is no person's file. */
	if (private_paths(view) && view->use->action != DP_PROCESS_EXEC) {
		private_path(view, line, "path", path->bytes, path->length);
		return;
	}
	json_string(line, "path", path->bytes, path->length);
	if (length)
		json_string(line, "name", name, length);
	if (slash)
		json_string(line, "directory", path->bytes, slash == path->bytes ? 1 : (size_t)(slash - path->bytes));
	dot = memrchr(name, '.', length);
	if (dot && dot > name && dot + 1 < name + length)
		json_string(line, "extension", dot + 1, length - (size_t)(dot + 1 - name));
}

/* Of a symbolic link what was written, whatever that means where it stands; of a hard link the other name. */
static void target(const struct view *view, struct text *line)
{
	const struct dp_part *written = view->parts[DP_PART_STRING_BEFORE];

	if (view->use->action != DP_FILE_CREATE)
		return;
	if (written && S_ISLNK(view->object->mode))
		private_path(view, line, "target_path", (const char *)(written + 1),
			     strnlen((const char *)(written + 1), written->length));
	else if (view->before.length)
		private_path(view, line, "target_path", view->before.bytes, view->before.length);
}

/* The number and colon of a device as stat(1) and /proc show it. */
static void device(struct text *line, uint32_t number)
{
	char text[24], *at = text + sizeof(text);
	uint32_t minor = number & 0xfffff, major = number >> 20;

	do
		*--at = (char)('0' + minor % 10);
	while (minor /= 10);
	*--at = ':';
	do
		*--at = (char)('0' + major % 10);
	while (major /= 10);
	json_string(line, "device", at, (size_t)(text + sizeof(text) - at));
}

static void mode(struct text *line, unsigned int bits)
{
	char text[4];

	for (int i = 3; i >= 0; i--, bits >>= 3)
		text[i] = (char)('0' + (bits & 7));
	json_string(line, "mode", text, sizeof(text));
}

void file_part(const struct view *view, struct text *line)
{
	const struct dp_object *object = view->object;
	size_t begun = json_begin(line, "file", '{');

	if (view->path.length)
		names(view, line);
	target(view, line);
	/* Of nodes that stand nowhere the object's id says all there is. */
	if (object->key.inode && object->kind != DP_SOCKET && object->kind != DP_OTHER && object->kind != DP_PROCESS &&
	    object->kind != DP_NAMESPACE) {
		json_text(line, "type", types[object->mode >> 12]);
		json_number_text(line, "inode", object->key.inode);
		device(line, object->key.device);
		mode(line, object->mode);
		private_id(view, line, "uid", object->uid);
		private_id(view, line, "gid", object->gid);
		if (S_ISREG(object->mode))
			json_long(line, "size", object->size);
	} else if (view->use->action == DP_FILE_ATTRIBUTE && view->use->result >= 0 && view_number(view, 0) == 1) {
		mode(line, (unsigned int)view_number(view, 1));
	}
	json_end(line, begun, '{');
}

/* SPDX-License-Identifier: Apache-2.0 */
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <zlib.h>

#include "src/cast.h"
#include "src/held_cpu.h"
#include "src/load_object.h"
#include "src/old_atomics.h"
#include "src/probe.h"
#include "src/skeleton.h"

/* EMBEDDED is the file that the Makefile made with gzip. */
__asm__(".pushsection .rodata, \"a\"\n"
	"embedded_begin: .incbin \"" EMBEDDED "\"\n"
	"embedded_end:\n"
	".popsection\n");
extern const unsigned char embedded_begin[], embedded_end[];

/* A copy of its own, of exactly that many bytes; NULL with errno when there is no memory or it is another size. */
static void *inflated(size_t size)
{
	z_stream stream = { .next_in = (unsigned char *)embedded_begin,
			    .avail_in = (unsigned int)(embedded_end - embedded_begin),
			    .avail_out = (unsigned int)size };
	void *object = malloc(size);
	int done;

	if (!object)
		return NULL;
	stream.next_out = object;
	/* 16: with the head of gzip */
	if (inflateInit2(&stream, MAX_WBITS + 16) != Z_OK) {
		free(object);
		errno = ENOMEM;
		return NULL;
	}
	done = inflate(&stream, Z_FINISH);
	inflateEnd(&stream);
	if (done == Z_STREAM_END && stream.total_out == size)
		return object;
	free(object);
	errno = EBADMSG;
	return NULL;
}

static void *instead_of(void *object, void *changed)
{
	free(object);
	return changed;
}

/* The object as this kernel takes it; NULL with errno. */
static void *object_for(const struct kernel *kernel, size_t size)
{
	void *object = inflated(size);

	if (object && kernel->preemptible)
		object = instead_of(object, with_held_cpu(object, size, &kernel->held_cpu));
	if (object && kernel->cast)
		object = instead_of(object, with_casts(object, size, kernel->cast));
	if (object && !kernel->fetching_atomics)
		object = instead_of(object, without_exchanges(object, size));
	return object;
}

struct sensor_bpf *load_object(const struct kernel *kernel)
{
	struct sensor_bpf *skeleton = calloc(1, sizeof(*skeleton));
	void *object;
	size_t size;
	int failed;

	sensor_bpf__elf_bytes(&size);
	object = object_for(kernel, size);
	if (!skeleton || !object || sensor_bpf__create_skeleton(skeleton)) {
		free(skeleton);
		free(object);
		errno = ENOMEM;
		return NULL;
	}
	skeleton->skeleton->data = object;
	failed = bpf_object__open_skeleton(skeleton->skeleton, NULL);
	free(object); /* libbpf has its own copy of an object opened from memory */
	skeleton->skeleton->data = NULL;
	if (failed) {
		sensor_bpf__destroy(skeleton);
		errno = -failed;
		return NULL;
	}
	return skeleton;
}

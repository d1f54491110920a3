/* SPDX-License-Identifier: Apache-2.0 */
/* The kernel half as it was built. It lies in this program compressed, of which it would be a third otherwise. */
#ifndef DETPACK_LOAD_OBJECT_H
#define DETPACK_LOAD_OBJECT_H

struct kernel;
struct sensor_bpf;

/* Opened, changed where this kernel takes it in another form; not loaded yet. NULL with errno. */
struct sensor_bpf *load_object(const struct kernel *kernel);

#endif

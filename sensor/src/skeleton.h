/* SPDX-License-Identifier: Apache-2.0 */
/* The kernel half as bpftool describes it: its maps, its programs, and the types of its memory. */
#ifndef DETPACK_SKELETON_H
#define DETPACK_SKELETON_H

#include <linux/types.h>

/* The names that the kernel half's own types have there. */
typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;

#include "sensor.skel.h"

#endif

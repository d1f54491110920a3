/* SPDX-License-Identifier: Apache-2.0 */
/* `detpack-sensor check`: what this host can show, and what not and why. */
#ifndef DETPACK_CHECK_H
#define DETPACK_CHECK_H

#include <stdbool.h>
#include <stdio.h>

/* Loads everything once and takes it out again. Exit status: 0 the sensor works here, 1 it does not. */
int check_host(bool json, FILE *out);

#endif

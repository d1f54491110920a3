/* SPDX-License-Identifier: Apache-2.0 */
/* What a person has to know goes to standard error, a line each, with the program's name before it. */
#ifndef DETPACK_COMPLAIN_H
#define DETPACK_COMPLAIN_H

void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Tells systemd how the service is (sd_notify(3)): datagrams of lines to the socket that NOTIFY_SOCKET names. */
#ifndef DETPACK_NOTIFY_H
#define DETPACK_NOTIFY_H

/* Where nobody listens nothing is said. `words`: lines such as READY=1. */
void notify(const char *words);

/* A line of STATUS=, for people, after `words`; the same rules as printf. */
__attribute__((format(printf, 2, 3))) void notify_status(const char *words, const char *format, ...);

#endif

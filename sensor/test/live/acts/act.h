/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an act is, and how it says what it did.
 *
 * An act has up to two halves. `prepare` runs in the stage process: files, servers and other processes that the act
 * needs. `play` runs in a child of its own, the actor, and does nothing but the act and its statements, so that each
 * event of the actor must have a statement and each statement an event. Statements go to shared memory: saying
 * something is no use of a capability.
 */
#ifndef DETPACK_ACT_H
#define DETPACK_ACT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <stdio.h>
#include <sys/types.h>

#define PATH_SIZE 512
#define ACT_FAILED 70 /* exit status of an actor that could not do its act */

struct ledger;

/* What is given to both halves; the actor has a copy. */
struct stage {
	struct ledger *ledger;
	char directory[PATH_SIZE]; /* empty, writable, of this act alone; absolute */
	char program[PATH_SIZE];   /* of `acts` itself */
	char secret[PATH_SIZE];	   /* a readable file of 4,096 bytes in the directory, with a name of class credential */
	char plain[PATH_SIZE];	   /* a readable file of 4,096 bytes in the directory */
	pid_t stage_process;
	/* For the act's own use between its halves. */
	pid_t other;
	int number[8];
	uint64_t value[8];
	char path[4][PATH_SIZE];
};

struct act {
	const char *name;
	void (*prepare)(struct stage *stage);
	void (*play)(struct stage *stage);
	void (*finish)(struct stage *stage); /* in the stage process, after the actor ended */
};

/* Tables that end with an act without a name. */
extern const struct act open_acts[], transfer_acts[], move_acts[], name_acts[], attribute_acts[], map_acts[];
extern const struct act descriptor_acts[], table_acts[], maker_acts[], beside_acts[], fold_acts[], flow_acts[], class_acts[];
extern const struct act tcp_acts[], udp_acts[], unix_acts[], passing_acts[];
extern const struct act uring_acts[], uring_socket_acts[], uring_more_acts[], uring_shot_acts[], compat32_acts[], aio_acts[];
extern const struct act process_acts[], exec_acts[], signal_acts[], inspect_acts[];
extern const struct act privilege_acts[], namespace_acts[], mount_acts[], system_acts[];

/*
 * Statements. `saw` begins one for the calling thread; `told` ends it and puts it into the ledger. What is said is
 * compared with the event field by field; a field that is not said is not compared.
 */
struct statement {
	struct ledger *ledger;
	size_t used;
	size_t options_used;
	pid_t pid, thread;
	char text[6144];
	char options[256];
};

void saw(struct statement *s, struct stage *stage, const char *action, const char *syscall);
void told(struct statement *s);

void say_text(struct statement *s, const char *field, const char *value);
void say_bytes_text(struct statement *s, const char *field, const char *value, size_t length);
void say_number(struct statement *s, const char *field, long long value);
void say_flag(struct statement *s, const char *field, bool value);
/* A list that ends with NULL; order does not count. */
void say_list(struct statement *s, const char *field, const char *const *values);
void say_absent(struct statement *s, const char *field);
/* That value or none: a hook that is no system call need not know by which one it was reached. */
void say_or_absent(struct statement *s, const char *field, const char *value);
/* Entity id of the process with that pid. */
void say_entity(struct statement *s, const char *field, pid_t pid);
/* The same value wherever the same name is said within an act, another one for another name. */
void say_same(struct statement *s, const char *field, const char *name);
/* A time between two moments of boot time, microseconds. */
void say_between(struct statement *s, const char *field, uint64_t after, uint64_t before);
/* A number between two others, both included. */
void say_range(struct statement *s, const char *field, long long least, long long most);
/* The id of the object with that device and inode. */
void say_object_id(struct statement *s, const char *field, dev_t device, ino_t inode);
/* Of what is named by a path alone, where the sensor sees what the kernel found by it; elsewhere another value, or (NULL) none. */
void say_if_looked_up(struct statement *s, const char *field, const char *value, const char *otherwise);
void say_object_if_looked_up(struct statement *s, dev_t device, ino_t inode);
/* The same as a list of one. */
void say_object_ids(struct statement *s, const char *field, dev_t device, ino_t inode);

/* Replaces a field that `saw` has said; needed where the caller's view is not the one of the initial namespaces. */
void say_process(struct statement *s, pid_t pid, pid_t thread);
/* The effective user and group as the initial namespace knows them, where the caller's own view is another. */
void say_user(struct statement *s, uid_t user, gid_t group);
/* The event may be missing: the reason is shown. */
void say_maybe(struct statement *s, const char *why);
/* Which other thread makes the event is not known: the thread is not compared, nor the order. */
void say_any_thread(struct statement *s);
/* The event may have a time later than now. */
void say_later(struct statement *s);

/* Outcome: a negative errno is a failure with its name. */
void say_result(struct statement *s, long result);
void say_moved(struct statement *s, long bytes);
/* What fstat tells: kind, inode, device, mode, owner, size, and the path. */
void say_stat(struct statement *s, const struct stat *status, const char *path);
void say_path(struct statement *s, const char *path);
/* The object is known by what the caller wrote only: of a failed call. */
void say_by_string(struct statement *s, const char *path);

/* The object is the one with that status where the sensor sees what the kernel found by the path; else as say_by_string. */
void say_looked_up(struct statement *s, const char *path, const struct stat *status);

/* A descriptor as the act knows it. */
struct held {
	int number;
	const char *name;   /* of the open file description, unique in the act */
	const char *origin; /* "opened", ... */
	pid_t opened_by;
	pid_t from; /* 0: nobody */
	int asked;  /* flags that the file does not keep: of the open itself only */
	uint64_t opened_after, opened_before;
};

/* A descriptor that the caller has just opened. */
struct held hold(int number, const char *name);
/* The same description under another number. */
struct held hold_again(const struct held *held, int number, const char *origin, pid_t from);
/* Number, flags, origin, giver, opener, time of opening and description. */
void say_descriptor(struct statement *s, const struct held *held);
/* say_descriptor and say_stat; path: from /proc when NULL. */
void say_held(struct statement *s, const struct held *held, const char *path);
void say_source(struct statement *s, const struct held *held, const char *path);

/* A system call as it is, without the C library's view of it; gives the negative errno. */
long raw_call(long number, long a, long b, long c, long d, long e, long f);
#define CALL_PADDED(number, a, b, c, d, e, f, ...)                                                                     \
	raw_call(number, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))
#define call(...) CALL_PADDED(__VA_ARGS__, 0, 0, 0, 0, 0, 0, 0)
uint64_t boot_time(void);
/* The next statement of this thread is about what happens from now on. */
void mark_now(void);
/* Ends the actor: the statement of its exit and the exit itself. */
void leave(struct stage *stage, int status) __attribute__((noreturn));
/* For another process than the actor: a child that makes statements. */
void expect_exit(struct stage *stage, pid_t pid, int status);
/* A child that waits is ended by a signal; states both. */
void child_killed(struct stage *stage, pid_t child);
/* The process is one whose events are compared. Done by `saw` too. */
void enter_actor(struct stage *stage, pid_t pid);

/* The act cannot be done here: a reason for people. */
void skip(struct stage *stage, const char *format, ...) __attribute__((format(printf, 2, 3), noreturn));
/* The act itself went wrong. */
void fail(struct stage *stage, const char *format, ...) __attribute__((format(printf, 2, 3), noreturn));
/* Skips on ENOSYS, EPERM and the like, fails on other errors. */
long must(struct stage *stage, long result, const char *what);

void join(char *path, const char *directory, const char *name);
void make_file(struct stage *stage, const char *path, size_t size, mode_t mode);
const char *errno_name(int number);

/* pipe2(2) with both statements, and fork(2) with its own; the fork gives 0 in the child. */
void pipe_said(struct stage *stage, struct held *ends, const char *read_name, const char *write_name);
pid_t fork_said(struct stage *stage);
/* Any call that moves bytes by one descriptor, with its statement. */
void moved_said(struct stage *stage, const char *action, const char *name, const struct held *held, long bytes);

/* Opens and says so. */
struct held open_said(struct stage *stage, const char *path, int flags, const char *name);

struct ledger *ledger_new(void);
/* failure: what went wrong around the act, or NULL */
void ledger_print(struct ledger *ledger, const char *act, const char *failure);
void ledger_begin(struct ledger *ledger);

#endif

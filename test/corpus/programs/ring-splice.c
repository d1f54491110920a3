/* ring-splice FILE HOST PORT: opens a file and splices it by a pipe to a peer, all by one io_uring; no byte of it comes into the process. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct io_uring_params ring;
static char *queue, *results;
static struct io_uring_sqe *calls;
static int uring;

static unsigned *at(char *where, unsigned offset) { return (unsigned *)(where + offset); }

/* Does this one call by the ring and waits for it: its result. */
static int done(struct io_uring_sqe call) {
  unsigned tail = *at(queue, ring.sq_off.tail), slot = tail & *at(queue, ring.sq_off.ring_mask);
  calls[slot] = call;
  at(queue, ring.sq_off.array)[slot] = slot;
  __atomic_store_n(at(queue, ring.sq_off.tail), tail + 1, __ATOMIC_RELEASE);
  if (syscall(SYS_io_uring_enter, uring, 1, 1, IORING_ENTER_GETEVENTS, 0, 0) != 1) exit(4);
  unsigned head = *at(results, ring.cq_off.head);
  struct io_uring_cqe *all = (void *)(results + ring.cq_off.cqes);
  int result = all[head & *at(results, ring.cq_off.ring_mask)].res;
  __atomic_store_n(at(results, ring.cq_off.head), head + 1, __ATOMIC_RELEASE);
  return result;
}

static int spliced(int from, int to, int size) {
  struct io_uring_sqe call = {.opcode = IORING_OP_SPLICE, .fd = to, .off = -1, .splice_fd_in = from, .splice_off_in = -1, .len = size};
  return done(call);
}

int main(int argc, char **argv) {
  char said[64];
  int prot = PROT_READ | PROT_WRITE, kind = MAP_SHARED | MAP_POPULATE, between[2];
  if (argc != 4 || pipe(between) || (uring = syscall(SYS_io_uring_setup, 4, &ring)) < 0) return 2;
  queue = mmap(0, ring.sq_off.array + ring.sq_entries * sizeof(unsigned), prot, kind, uring, IORING_OFF_SQ_RING);
  results = mmap(0, ring.cq_off.cqes + ring.cq_entries * sizeof(struct io_uring_cqe), prot, kind, uring, IORING_OFF_CQ_RING);
  calls = mmap(0, ring.sq_entries * sizeof *calls, prot, kind, uring, IORING_OFF_SQES);
  if (queue == MAP_FAILED || results == MAP_FAILED || calls == MAP_FAILED) return 3;
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[3]))};
  inet_pton(AF_INET, argv[2], &to.sin_addr);
  int file = done((struct io_uring_sqe){.opcode = IORING_OP_OPENAT, .fd = AT_FDCWD, .addr = (unsigned long)argv[1]});
  int peer = socket(AF_INET, SOCK_STREAM, 0), size = spliced(file, between[1], 4096);
  if (file < 0 || size <= 0 || connect(peer, (struct sockaddr *)&to, sizeof to) != 0) return 5;
  if (spliced(between[0], peer, size) != size) return 6;
  return recv(peer, said, sizeof said, 0) != 3 || memcmp(said, "ok\n", 3) || shutdown(peer, SHUT_WR) || recv(peer, said, 1, 0);
}

/* ring-table FILE HOST PORT: file and socket stand in the table of an io_uring only; the process has a descriptor of neither. Opening, reading,
 * connecting, sending, hearing the answer and closing are done by the ring. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { FILE_SLOT, PEER_SLOT, SLOTS };

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

/* A call on what stands in that slot. */
static int on(int slot, int opcode, void *memory, unsigned size) {
  return done((struct io_uring_sqe){.opcode = opcode, .flags = IOSQE_FIXED_FILE, .fd = slot, .addr = (unsigned long)memory, .len = size});
}

int main(int argc, char **argv) {
  char data[4096], said[64];
  int prot = PROT_READ | PROT_WRITE, kind = MAP_SHARED | MAP_POPULATE, none[SLOTS] = {-1, -1};
  if (argc != 4 || (uring = syscall(SYS_io_uring_setup, 4, &ring)) < 0) return 2;
  queue = mmap(0, ring.sq_off.array + ring.sq_entries * sizeof(unsigned), prot, kind, uring, IORING_OFF_SQ_RING);
  results = mmap(0, ring.cq_off.cqes + ring.cq_entries * sizeof(struct io_uring_cqe), prot, kind, uring, IORING_OFF_CQ_RING);
  calls = mmap(0, ring.sq_entries * sizeof *calls, prot, kind, uring, IORING_OFF_SQES);
  if (queue == MAP_FAILED || results == MAP_FAILED || calls == MAP_FAILED) return 3;
  if (syscall(SYS_io_uring_register, uring, IORING_REGISTER_FILES, none, SLOTS)) return 3;
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[3]))};
  inet_pton(AF_INET, argv[2], &to.sin_addr);
  if (done((struct io_uring_sqe){.opcode = IORING_OP_OPENAT, .fd = AT_FDCWD, .addr = (unsigned long)argv[1], .file_index = FILE_SLOT + 1})) return 5;
  if (done((struct io_uring_sqe){.opcode = IORING_OP_SOCKET, .fd = AF_INET, .off = SOCK_STREAM, .file_index = PEER_SLOT + 1})) return 6;
  int size = on(FILE_SLOT, IORING_OP_READ, data, sizeof data);
  struct io_uring_sqe reach = {.opcode = IORING_OP_CONNECT, .flags = IOSQE_FIXED_FILE, .fd = PEER_SLOT, .addr = (unsigned long)&to, .off = sizeof to};
  if (size <= 0 || done(reach) || on(PEER_SLOT, IORING_OP_SEND, data, size) != size) return 7;
  if (on(PEER_SLOT, IORING_OP_RECV, said, sizeof said) != 3 || memcmp(said, "ok\n", 3)) return 8;
  return on(PEER_SLOT, IORING_OP_SHUTDOWN, 0, SHUT_WR) || on(PEER_SLOT, IORING_OP_RECV, said, 1);
}

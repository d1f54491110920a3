/* rings FILE HOST PORT: an io_uring moves a file to a pipe and from the pipe to a connection, by two linked calls; the answer says that it
 * arrived. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static unsigned *at(char *ring, unsigned offset) { return (unsigned *)(ring + offset); }

static struct io_uring_sqe moved(int from, int to, long from_where, unsigned size, int flags) {
  return (struct io_uring_sqe){.opcode = IORING_OP_SPLICE, .fd = to, .off = -1, .splice_fd_in = from, .splice_off_in = from_where,
                               .len = size, .flags = flags};
}

int main(int argc, char **argv) {
  struct io_uring_params about = {0};
  struct stat file_about;
  char said[8];
  int ends[2], prot = PROT_READ | PROT_WRITE, kind = MAP_SHARED | MAP_POPULATE;
  if (argc != 4 || pipe(ends) != 0) return 2;
  int file = open(argv[1], O_RDONLY), ring = syscall(SYS_io_uring_setup, 4, &about);
  if (file < 0 || ring < 0 || fstat(file, &file_about) != 0) return 3;
  char *queue = mmap(0, about.sq_off.array + about.sq_entries * sizeof(unsigned), prot, kind, ring, IORING_OFF_SQ_RING);
  char *results = mmap(0, about.cq_off.cqes + about.cq_entries * sizeof(struct io_uring_cqe), prot, kind, ring, IORING_OFF_CQ_RING);
  struct io_uring_sqe *calls = mmap(0, about.sq_entries * sizeof *calls, prot, kind, ring, IORING_OFF_SQES);
  if (queue == MAP_FAILED || results == MAP_FAILED || calls == MAP_FAILED) return 4;
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[3]))};
  inet_pton(AF_INET, argv[2], &to.sin_addr);
  int peer = socket(AF_INET, SOCK_STREAM, 0), size = file_about.st_size;
  if (connect(peer, (struct sockaddr *)&to, sizeof to) != 0) return 5;
  calls[0] = moved(file, ends[1], 0, size, IOSQE_IO_LINK);
  calls[1] = moved(ends[0], peer, -1, size, 0);
  for (unsigned slot = 0; slot < 2; slot++) at(queue, about.sq_off.array)[slot] = slot;
  __atomic_store_n(at(queue, about.sq_off.tail), 2, __ATOMIC_RELEASE);
  if (syscall(SYS_io_uring_enter, ring, 2, 2, IORING_ENTER_GETEVENTS, 0, 0) != 2) return 6;
  struct io_uring_cqe *done = (void *)(results + about.cq_off.cqes);
  if (done[0].res != size || done[1].res != size) return 7;
  return recv(peer, said, 3, MSG_WAITALL) != 3 || shutdown(peer, SHUT_WR) || recv(peer, said, 1, 0);
}

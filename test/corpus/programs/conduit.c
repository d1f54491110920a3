/* conduit tee FILE HOST PORT HOST PORT: by splice into a pipe, by tee into another, and from each to a peer; nothing is read.
 * conduit map FILE HOST PORT: a mapping goes by vmsplice into a pipe, and a child gives it on by splice. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

static int reached(const char *host, const char *port) {
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(atoi(port))};
  int peer = socket(AF_INET, SOCK_STREAM, 0);
  inet_pton(AF_INET, host, &to.sin_addr);
  if (connect(peer, (struct sockaddr *)&to, sizeof to) != 0) exit(6);
  return peer;
}

/* All of the pipe goes to the peer, whose answer says that it came. */
static int given(int from, const char *host, const char *port) {
  char said[64];
  int peer = reached(host, port);
  while (splice(from, 0, peer, 0, 65536, 0) > 0) {
  }
  return shutdown(peer, SHUT_WR) || recv(peer, said, sizeof said, 0) != 3 || memcmp(said, "ok\n", 3) || recv(peer, said, 1, 0);
}

int main(int argc, char **argv) {
  int first[2], second[2], status;
  struct stat about;
  if (argc < 5 || pipe(first) || pipe(second)) return 2;
  int file = open(argv[2], O_RDONLY);
  if (file < 0 || fstat(file, &about) != 0) return 3;
  if (!strcmp(argv[1], "tee")) {
    if (argc != 7 || splice(file, 0, first[1], 0, about.st_size, 0) != about.st_size) return 4;
    if (tee(first[0], second[1], about.st_size, 0) != about.st_size) return 5;
    close(first[1]);
    close(second[1]);
    return given(first[0], argv[3], argv[4]) || given(second[0], argv[5], argv[6]);
  }
  pid_t child = fork();
  if (child == 0) {
    close(first[1]);
    return given(first[0], argv[3], argv[4]);
  }
  close(first[0]);
  char *view = mmap(0, about.st_size, PROT_READ, MAP_PRIVATE, file, 0);
  struct iovec all = {view, about.st_size};
  if (view == MAP_FAILED || vmsplice(first[1], &all, 1, 0) != about.st_size) return 7;
  close(first[1]);
  return waitpid(child, &status, 0) != child || status != 0;
}

/* taken FILE HOST PORT: a child opens the file and does nothing with it; the parent takes its descriptor and sends the file. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char **argv) {
  int ready[2];
  char data[4096], said[64];
  if (argc != 4 || pipe(ready) != 0) return 2;
  pid_t child = fork();
  if (child == 0) {
    if (dup2(open(argv[1], O_RDONLY), 9) == 9 && write(ready[1], "!", 1) == 1) pause();
    return 1;
  }
  close(ready[1]);
  if (read(ready[0], data, 1) != 1) return 3;
  int taken = syscall(SYS_pidfd_getfd, syscall(SYS_pidfd_open, child, 0), 9, 0);
  ssize_t size = pread(taken, data, sizeof data, 0);
  kill(child, SIGTERM);
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[3]))};
  inet_pton(AF_INET, argv[2], &to.sin_addr);
  int peer = socket(AF_INET, SOCK_STREAM, 0);
  if (size <= 0 || connect(peer, (struct sockaddr *)&to, sizeof to) != 0 || send(peer, data, size, 0) != size) return 4;
  return recv(peer, said, sizeof said, 0) != 3 || memcmp(said, "ok\n", 3) || shutdown(peer, SHUT_WR) || recv(peer, said, 1, 0);
}

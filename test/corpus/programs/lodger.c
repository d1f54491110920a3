/* lodger DOCUMENT OTHER FOLDER HOST PORT: the document goes to the peer. The other file is copied by the kernel into a file of that folder that
 * has no name; a child that was there before gets that and the connection, and has the kernel send it there after the document. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

union control {
  char data[CMSG_SPACE(2 * sizeof(int))];
  struct cmsghdr head;
};

static int passed_on(int link) {
  union control control;
  char byte;
  int given[2];
  struct iovec one = {&byte, 1};
  struct msghdr message = {.msg_iov = &one, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
  if (recvmsg(link, &message, 0) != 1 || !CMSG_FIRSTHDR(&message)) return 1;
  memcpy(given, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof given);
  off_t from = 0;
  return sendfile(given[1], given[0], &from, 65536) <= 0;
}

static int handed(int link, int file, int peer) {
  union control control = {.head = {.cmsg_len = CMSG_LEN(2 * sizeof(int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS}};
  int given[2] = {file, peer};
  struct iovec one = {"!", 1};
  struct msghdr message = {.msg_iov = &one, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
  memcpy(CMSG_DATA(&control.head), given, sizeof given);
  return sendmsg(link, &message, 0) != 1;
}

int main(int argc, char **argv) {
  int ends[2], status;
  char said[64];
  struct stat about;
  if (argc != 6 || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends)) return 2;
  pid_t child = fork();
  if (child == 0) return passed_on(ends[1]);
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[5]))};
  inet_pton(AF_INET, argv[4], &to.sin_addr);
  int document = open(argv[1], O_RDONLY), other = open(argv[2], O_RDONLY), nameless = open(argv[3], O_TMPFILE | O_RDWR, 0600);
  int peer = socket(AF_INET, SOCK_STREAM, 0);
  if (document < 0 || other < 0 || nameless < 0 || connect(peer, (struct sockaddr *)&to, sizeof to)) return 3;
  if (fstat(other, &about) || copy_file_range(other, 0, nameless, 0, about.st_size, 0) != about.st_size) return 4;
  close(other);
  if (sendfile(peer, document, 0, 65536) <= 0 || handed(ends[0], nameless, peer)) return 5;
  if (waitpid(child, &status, 0) != child || status) return 6;
  return shutdown(peer, SHUT_WR) || recv(peer, said, sizeof said, 0) != 3 || memcmp(said, "ok\n", 3) || recv(peer, said, 1, 0);
}

// enclosures MAIL FILE...: an answer to a mail with enclosures. Who opens the files is not who knows the mail server: a process of its own is handed them, all by one
// message over a pair of sockets, and has the kernel send them.
#include <arpa/inet.h>
#include <fcntl.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST = 8 };

static int delivered(int link) {
  char room[CMSG_SPACE(MOST * sizeof(int))], said[64];
  struct iovec count = {said, sizeof said};
  struct msghdr message = {.msg_iov = &count, .msg_iovlen = 1, .msg_control = room, .msg_controllen = sizeof room};
  if (recvmsg(link, &message, MSG_CMSG_CLOEXEC) <= 0) return 3;
  int *files = (int *)CMSG_DATA(CMSG_FIRSTHDR(&message)), all = (CMSG_FIRSTHDR(&message)->cmsg_len - CMSG_LEN(0)) / sizeof(int);
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(587)};
  inet_pton(AF_INET, "198.51.100.25", &to.sin_addr);
  int peer = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(peer, (struct sockaddr *)&to, sizeof to) != 0) return 4;
  static const char head[] = "EHLO web-1.example.com\r\nDATA\r\nSubject: Re: yours\r\nContent-Type: multipart/mixed\r\n\r\n";
  if (write(peer, head, sizeof head - 1) != sizeof head - 1) return 9;
  for (int at = 0; at < all; at++) {
    ssize_t sent;
    while ((sent = sendfile(peer, files[at], NULL, 4096)) > 0) {}
    if (sent < 0 || write(peer, "\r\n--=\r\n", 7) != 7) return 9;
  }
  shutdown(peer, SHUT_WR);
  ssize_t got, heard = 0;
  while ((got = read(peer, said, sizeof said)) > 0) heard += got;
  return got == 0 && heard > 0 ? 0 : 9;
}

int main(int argc, char **argv) {
  int link[2], files[MOST], all = argc - 1;
  if (all < 2 || all > MOST || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, link) != 0) return 2;
  pid_t helper = fork();
  if (helper == 0) _exit(delivered(link[1]));
  for (int at = 0; at < all; at++)
    if ((files[at] = open(argv[at + 1], O_RDONLY | O_CLOEXEC)) < 0) return 5;
  char room[CMSG_SPACE(sizeof files)] = {0};
  struct iovec count = {"all", 3};
  struct msghdr message = {.msg_iov = &count, .msg_iovlen = 1, .msg_control = room, .msg_controllen = CMSG_SPACE(all * sizeof(int))};
  *CMSG_FIRSTHDR(&message) = (struct cmsghdr){.cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS, .cmsg_len = CMSG_LEN(all * sizeof(int))};
  memcpy(CMSG_DATA(CMSG_FIRSTHDR(&message)), files, all * sizeof(int));
  if (sendmsg(link[0], &message, 0) != 3) return 3;
  for (int at = 0; at < all; at++) close(files[at]);
  int status;
  return waitpid(helper, &status, 0) == helper && WIFEXITED(status) ? WEXITSTATUS(status) : 9;
}

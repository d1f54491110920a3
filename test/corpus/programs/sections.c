/* sections FILE HOST PORT: translates a document that is mapped: each line is a part of one message, and the translation, a new file. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum { MOST = 512 };

int main(int argc, char **argv) {
  static struct iovec lines[MOST];
  char name[512], said[4096];
  struct stat about;
  int count = 0;
  if (argc != 4) return 2;
  int file = open(argv[1], O_RDONLY | O_CLOEXEC);
  if (file < 0 || fstat(file, &about) != 0) return 5;
  char *text = mmap(0, about.st_size, PROT_READ, MAP_PRIVATE, file, 0), *at = text, *end = text + about.st_size;
  if (text == MAP_FAILED) return 5;
  close(file);
  while (at < end && count < MOST) {
    char *next = memchr(at, '\n', end - at);
    next = next == NULL || count == MOST - 1 ? end : next + 1;
    lines[count++] = (struct iovec){at, next - at};
    at = next;
  }
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[3]))};
  inet_pton(AF_INET, argv[2], &to.sin_addr);
  int peer = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(peer, (struct sockaddr *)&to, sizeof to) != 0) return 4;
  if (sendmsg(peer, &(struct msghdr){.msg_iov = lines, .msg_iovlen = count}, 0) != about.st_size) return 9;
  shutdown(peer, SHUT_WR);
  snprintf(name, sizeof name, "%s.es", argv[1]);
  int left = open(name, O_WRONLY | O_CREAT | O_EXCL, 0644);
  if (left < 0) return 6;
  ssize_t size, all = 0;
  while ((size = recv(peer, said, sizeof said, 0)) > 0)
    if (write(left, said, size) != size) return 7; else all += size;
  return size != 0 || all == 0 || fsync(left) || close(left);
}

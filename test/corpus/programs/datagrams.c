/* datagrams FILE HOST PORT: asks for names that are made of the file, all by one call; each must be answered. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { MOST = 16, PART = 8 };

int main(int argc, char **argv) {
  static unsigned char names[MOST][64], data[MOST * PART];
  struct iovec parts[MOST];
  struct mmsghdr all[MOST] = {0};
  if (argc != 4) return 2;
  int file = open(argv[1], O_RDONLY), count = 0;
  ssize_t size = read(file, data, sizeof data);
  if (size <= 0) return 3;
  for (int at = 0; at < size; at += PART, count++) {
    unsigned char *name = names[count];
    memcpy(name, "\0\0\1\0\0\1\0\0\0\0\0\0", 12);
    name[1] = count + 1;
    name[12] = 2 * PART;
    for (int each = 0; each < 2 * PART; each++)
      name[13 + each] = 'a' + (at + each / 2 < size ? data[at + each / 2] >> (each % 2 ? 0 : 4) & 15 : 0);
    memcpy(name + 13 + 2 * PART, "\3net\0\0\1\0\1", 9);
    parts[count] = (struct iovec){name, 13 + 2 * PART + 9};
    all[count].msg_hdr = (struct msghdr){.msg_iov = &parts[count], .msg_iovlen = 1};
  }
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[3]))};
  inet_pton(AF_INET, argv[2], &to.sin_addr);
  int link = socket(AF_INET, SOCK_DGRAM, 0);
  struct timeval most = {.tv_sec = 3};
  setsockopt(link, SOL_SOCKET, SO_RCVTIMEO, &most, sizeof most);
  if (connect(link, (struct sockaddr *)&to, sizeof to) != 0 || sendmmsg(link, all, count, 0) != count) return 4;
  for (int at = 0; at < count; at++)
    if (recv(link, data, sizeof data, 0) < 12) return 9;
  return 0;
}

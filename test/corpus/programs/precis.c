// precis DOCUMENT SECONDS: has a document shortened. It is read in two buffers at a time by a program in C that waits for nothing longer than it
// has to; the first connection says what is wanted, is not used for so long, and is given up for a second one. What came back is kept in /tmp.
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

static int reached(void) {
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(443)};
  inet_pton(AF_INET, "198.51.100.10", &to.sin_addr);
  int peer = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), problem = 0;
  socklen_t size = sizeof problem;
  if (connect(peer, (struct sockaddr *)&to, sizeof to) && errno != EINPROGRESS) exit(4);
  if (poll(&(struct pollfd){peer, POLLOUT, 0}, 1, 5000) != 1) exit(4);
  if (getsockopt(peer, SOL_SOCKET, SO_ERROR, &problem, &size) || problem) exit(4);
  return peer;
}

static void sent(int peer, const char *data, size_t size) {
  while (size) {
    ssize_t count = send(peer, data, size, MSG_NOSIGNAL);
    if (count < 0 && errno != EAGAIN) exit(9);
    if (count < 0) poll(&(struct pollfd){peer, POLLOUT, 0}, 1, 5000);
    else data += count, size -= count;
  }
}

static ssize_t heard(int peer, char *said, size_t size) {
  if (poll(&(struct pollfd){peer, POLLIN, 0}, 1, 8000) != 1) exit(9);
  return recv(peer, said, size, 0);
}

int main(int count, char **words) {
  static char first[16384], second[16384], said[64];
  if (count != 3) return 2;
  int document = open(words[1], O_RDONLY | O_CLOEXEC);
  if (document < 0) return 5;
  posix_fadvise(document, 0, 0, POSIX_FADV_SEQUENTIAL);
  int given_up = reached();
  sent(given_up, "POST /summary\n", 14);
  heard(given_up, said, sizeof said);
  usleep(1000000 * atof(words[2]));
  close(given_up);
  int peer = reached();
  off_t at = 0;
  ssize_t got;
  while ((got = preadv(document, (struct iovec[]){{first, sizeof first}, {second, sizeof second}}, 2, at)) > 0) {
    sent(peer, first, got < (ssize_t)sizeof first ? (size_t)got : sizeof first);
    if (got > (ssize_t)sizeof first) sent(peer, second, got - sizeof first);
    at += got;
  }
  shutdown(peer, SHUT_WR);
  size_t size = 0;
  while ((got = heard(peer, said + size, sizeof said - size)) > 0) size += got;
  if (!size) return 9;
  char kept[] = "/tmp/precis-XXXXXX";
  int file = mkstemp(kept);
  if (write(file, said, size) != (ssize_t)size || fdatasync(file)) return 6;
  return rename(kept, "/tmp/precis") ? 6 : 0;
}

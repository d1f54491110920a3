// pigeons DOCUMENT HOST PORT SECONDS: has a document translated line by line by datagrams, each with its number. A few are on their way at a time; of those to which nothing is answered
// for so long another is sent, as one may be lost on either way. Answers come in any order, some twice, and are put into the new file when all are there.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { LINES = 400, WINDOW = 4 };
static struct iovec asked[LINES], said[LINES];
static double sent[LINES];

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec / 1e9;
}

static void send_again(int link, int count, double patience) {
  struct mmsghdr letters[WINDOW] = {{{0}}};
  struct iovec parts[WINDOW][2];
  uint32_t numbers[WINDOW];
  int size = 0, waiting = 0;
  for (int at = 0; at < count && waiting < WINDOW; at++) {
    if (said[at].iov_base) continue;
    waiting++;
    if (sent[at] && now() - sent[at] < patience) continue;
    numbers[size] = htonl(at);
    parts[size][0] = (struct iovec){&numbers[size], sizeof *numbers}, parts[size][1] = asked[at];
    letters[size].msg_hdr.msg_iov = parts[size], letters[size].msg_hdr.msg_iovlen = 2;
    sent[at] = now(), size++;
  }
  if (size && sendmmsg(link, letters, size, 0) != size) exit(9);
}

int main(int count, char **words) {
  if (count != 5) return 2;
  struct stat about;
  int file = open(words[1], O_RDONLY | O_CLOEXEC), lines = 0, left;
  if (file < 0 || fstat(file, &about)) return 5;
  char *text = calloc(1, about.st_size + 1), *line, *rest = text;
  if (read(file, text, about.st_size) != about.st_size) return 5;
  close(file);
  while ((line = strsep(&rest, "\n")) && lines < LINES) asked[lines++] = (struct iovec){line, strnlen(line, 1000)};
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(atoi(words[3]))};
  inet_pton(AF_INET, words[2], &to.sin_addr);
  int link = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (connect(link, (struct sockaddr *)&to, sizeof to)) return 4;
  double patience = 0.1 + atof(words[4]) / 4, begun = now();
  for (left = lines; left && now() - begun < 40;) {
    send_again(link, lines, patience);
    struct pollfd come = {link, POLLIN, 0};
    while (left && poll(&come, 1, 50) == 1) {
      char part[1100];
      ssize_t size = recv(link, part, sizeof part, MSG_DONTWAIT);
      uint32_t number;
      if (size < 4) break;
      memcpy(&number, part, 4), number = ntohl(number);
      if (number >= (uint32_t)lines || said[number].iov_base) continue;
      said[number] = (struct iovec){strndup(part + 4, size - 4), size - 4};
      left--;
      send_again(link, lines, patience);
    }
  }
  if (left) return 9;
  uint32_t end = 0xffffffff;
  if (send(link, &end, 4, 0) != 4) return 9;
  close(link);
  char path[400];
  snprintf(path, sizeof path, "%s.ga", words[1]);
  if ((file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644)) < 0) return 6;
  for (int at = 0; at < lines; at++)
    if (writev(file, (struct iovec[]){said[at], {"\n", at < lines - 1}}, 2) < 0) return 6;
  return fsync(file) || close(file);
}

// sounded DOCUMENT SECONDS: has a document shortened, by signals: the connection says by one of its own that something has come (F_SETSIG), a clock by another that nothing has. The document is read
// meanwhile, as far as the service has answered; what was not answered is asked for again by another connection. The first answers are kept.
#define _GNU_SOURCE
#include <aio.h>
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { PART = 6000 };
static sigset_t heard;

static void wound(timer_t clock, double seconds) {
  struct itimerspec when = {.it_value = {seconds, (seconds - (long)seconds) * 1e9}};
  timer_settime(clock, 0, &when, NULL);
}

static int called(const char *host, int port, int kind) {
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
  int link = socket(AF_INET, kind | SOCK_CLOEXEC, 0);
  inet_pton(AF_INET, host, &to.sin_addr);
  if (connect(link, (struct sockaddr *)&to, sizeof to)) exit(4);
  fcntl(link, F_SETOWN, getpid());
  fcntl(link, F_SETSIG, SIGRTMIN);
  fcntl(link, F_SETFL, O_ASYNC | O_NONBLOCK);
  return link;
}

// What comes before the clock says that it is late; -1 where nothing does.
static ssize_t listened(int link, char *answer, size_t size, timer_t clock, double seconds) {
  siginfo_t what;
  wound(clock, seconds);
  for (;;) {
    ssize_t got = recv(link, answer, size, 0);
    if (got >= 0) return wound(clock, 0), got;
    if (errno != EAGAIN) return -1;
    if (sigwaitinfo(&heard, &what) == SIGALRM) return -1;
  }
}

static void sent(int link, const char *text, size_t size) {
  siginfo_t what;
  while (size) {
    ssize_t count = send(link, text, size, MSG_NOSIGNAL);
    if (count < 0 && errno == EAGAIN) sigwaitinfo(&heard, &what);
    else if (count < 0) exit(9);
    else text += count, size -= count;
  }
}

static ssize_t whole(const char *path, char *text, size_t size) {
  struct aiocb one = {.aio_fildes = open(path, O_RDONLY | O_CLOEXEC), .aio_buf = text, .aio_nbytes = size};
  if (one.aio_fildes < 0 || aio_read(&one)) exit(66);
  aio_suspend((const struct aiocb *[]){&one}, 1, NULL);
  close(one.aio_fildes);
  return aio_return(&one);
}

int main(int count, char **words) {
  if (count < 3) return 2;
  static char text[1 << 20], answer[512], path[300], token[200];
  static const char query[] = "\x21\x07\1\0\0\1\0\0\0\0\0\0\3api\7example\3com\0\0\1\0\1";
  timer_t clock;
  sigemptyset(&heard);
  sigaddset(&heard, SIGRTMIN);
  sigaddset(&heard, SIGALRM);
  sigprocmask(SIG_BLOCK, &heard, NULL);
  if (timer_create(CLOCK_MONOTONIC, NULL, &clock)) return 71;
  int asks = called("192.0.2.53", 53, SOCK_DGRAM), link = -1;
  sent(asks, query, sizeof query - 1);
  ssize_t size = listened(asks, answer, sizeof answer, clock, 5);
  if (size < 16) return 68;
  char host[20];
  inet_ntop(AF_INET, answer + size - 4, host, sizeof host);
  close(asks);
  ssize_t all = whole(words[1], text, sizeof text);
  snprintf(path, sizeof path, "%s/.config/notes-agent/token", getenv("HOME"));
  ssize_t of_token = whole(path, token, sizeof token);
  snprintf(path, sizeof path, "%s/short-%s", getenv("HOME"), strrchr(words[1], '/') + 1);
  FILE *kept = fopen(path, "we");
  for (ssize_t at = 0; at < all && at < 4 * PART;) {
    if (link < 0) {
      link = called(host, 443, SOCK_STREAM);
      sent(link, token, of_token);
    }
    size_t part = all - at < PART ? all - at : PART;
    sent(link, text + at, part);
    ssize_t got = listened(link, answer, sizeof answer, clock, 0.8 + atof(words[2]));
    if (got > 0) {
      fprintf(kept, "%zu bytes: %.*s", part, (int)got, answer);
      at += part;
    } else {
      close(link);
      link = -1;
    }
  }
  close(link);
  return fclose(kept) != 0;
}

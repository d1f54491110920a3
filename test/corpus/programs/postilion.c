// postilion MAIL SECONDS: answers a mail at a time that was said, so long from now. By one loop (epoll) it waits for the time, asks for the name of the mail
// server meanwhile, and again after 2.5 s where no answer comes, and is sent away gently (SIGTERM) where somebody wants that. The answer goes in parts, with
// what the mail says quoted; it is kept among what was sent as soon as the server has it.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <unistd.h>

enum what { TIME, AGAIN, NAME, TOLD, SERVER };
static int loop, names, again;

static void add(int one, enum what what, unsigned events) {
  if (epoll_ctl(loop, EPOLL_CTL_ADD, one, &(struct epoll_event){events, {.u32 = what}})) exit(3);
}

static int timer(double seconds) {
  int one = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  struct itimerspec when = {{0, 0}, {(time_t)seconds, (long)(1e9 * (seconds - (time_t)seconds)) + 1}};
  if (timerfd_settime(one, 0, &when, NULL)) exit(3);
  return one;
}

// RFC 1035: for its address of either kind.
static void asked(void) {
  static const char name[] = "\4mail\7example\3com";
  for (int kind = 1; kind <= 28; kind += 27) {
    unsigned char query[64] = {0, kind, 1, 0, 0, 1};
    memcpy(query + 12, name, sizeof name);
    query[12 + sizeof name + 1] = kind, query[12 + sizeof name + 3] = 1;
    if (send(names, query, 12 + sizeof name + 4, 0) < 0) exit(4);
  }
}

static char *answer(const char *path, size_t *size) {
  FILE *mail = fopen(path, "re"), *text = NULL;
  char *line = NULL, *out = NULL, from[200] = "", subject[200] = "";
  size_t room = 0;
  int body = 0;
  if (!mail || !(text = open_memstream(&out, size))) exit(5);
  while (getline(&line, &room, mail) > 0) {
    sscanf(line, "From: %199[^\n]", from);
    sscanf(line, "Subject: %199[^\n]", subject);
    if (body) fprintf(text, "> %.*s\r\n", (int)strcspn(line, "\n"), line);
    if (*line == '\n' && !body++)
      fprintf(text,
              "MAIL FROM:<agent@example.com>\r\nRCPT TO:<%s>\r\nDATA\r\nTo: %s\r\nSubject: Re: %s\r\n\r\nYes, at the time that was said.\r\n\r\n",
              from, from, subject);
  }
  fprintf(text, ".\r\nQUIT\r\n");
  fclose(text), fclose(mail), free(line);
  return out;
}

static void kept(const char *home, const char *name, const char *text, size_t size) {
  char path[3][400];
  static const char *const folders[] = {"Maildir/.Sent", "Maildir/.Sent/tmp", "Maildir/.Sent/cur"};
  for (int each = 0; each < 3; each++) {
    snprintf(path[each], sizeof *path, "%s/%s", home, folders[each]);
    if (mkdir(path[each], 0755) && errno != EEXIST) exit(6);
  }
  for (int each = 1; each < 3; each++) {
    size_t length = strlen(path[each]);
    snprintf(path[each] + length, sizeof *path - length, "/%s%s", name, each == 2 ? ":2,S" : "");
  }
  int file = open(path[1], O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (file < 0 || write(file, text, size) != (ssize_t)size || fdatasync(file) || close(file) || rename(path[1], path[2])) exit(6);
}

int main(int count, char **words) {
  if (count < 3) return 2;
  sigset_t told;
  sigemptyset(&told), sigaddset(&told, SIGTERM), sigaddset(&told, SIGINT);
  sigprocmask(SIG_BLOCK, &told, NULL);
  loop = epoll_create1(EPOLL_CLOEXEC);
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(53)};
  inet_pton(AF_INET, "192.0.2.53", &to.sin_addr);
  names = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (connect(names, (struct sockaddr *)&to, sizeof to)) return 4;
  add(names, NAME, EPOLLIN);
  add(again = timer(2.5), AGAIN, EPOLLIN);
  int at_time = timer(atof(words[2]));
  add(at_time, TIME, EPOLLIN);
  add(signalfd(-1, &told, SFD_NONBLOCK | SFD_CLOEXEC), TOLD, EPOLLIN);
  asked();
  int due = 0, server = -1, said = 0, tries = 0;
  size_t size = 0, at = 0;
  char *text = NULL, part[512];
  to.sin_addr.s_addr = 0;
  for (;;) {
    struct epoll_event event;
    int got = epoll_wait(loop, &event, 1, 20000);
    if (got < 0 && errno == EINTR) continue;
    if (got != 1) return 9;
    switch ((enum what)event.data.u32) {
      case TOLD: return 0;
      case AGAIN:
        if (++tries > 3) return 4;
        epoll_ctl(loop, EPOLL_CTL_DEL, again, NULL);
        close(again);
        if (!to.sin_addr.s_addr) asked(), add(again = timer(2.5), AGAIN, EPOLLIN);
        break;
      case NAME: {
        ssize_t length = recv(names, part, sizeof part, 0);
        if (length > 16 && part[7] == 1) memcpy(&to.sin_addr, part + length - 4, 4);
        break;
      }
      case TIME: due = 1, epoll_ctl(loop, EPOLL_CTL_DEL, at_time, NULL); break;
      case SERVER:
        if (event.events & EPOLLERR) return 9;
        if (event.events & (EPOLLIN | EPOLLHUP)) {
          ssize_t length = recv(server, part, sizeof part, 0);
          if (length < 0) return 9;
          if (length == 0) {
            if (!said || at < size) return 9;
            const char *name = strrchr(words[1], '/') + 1;
            char own[200];
            snprintf(own, sizeof own, "of-%.*s", (int)strcspn(name, ":"), name);
            kept(getenv("HOME"), own, text, size);
            return 0;
          }
          said = 1;
        }
        if (said && at < size && event.events & EPOLLOUT) {
          ssize_t sent = send(server, text + at, size - at < 200 ? size - at : 200, MSG_NOSIGNAL);
          if (sent > 0) at += sent;
          if (at == size) {
            shutdown(server, SHUT_WR);
            epoll_ctl(loop, EPOLL_CTL_MOD, server, &(struct epoll_event){EPOLLIN, {.u32 = SERVER}});
          }
        } else if (event.events & EPOLLOUT && !said) {
          if (send(server, "EHLO web-1\r\n", 12, MSG_NOSIGNAL) != 12) return 9;
          epoll_ctl(loop, EPOLL_CTL_MOD, server, &(struct epoll_event){EPOLLIN, {.u32 = SERVER}});
        }
        if (said && at < size) epoll_ctl(loop, EPOLL_CTL_MOD, server, &(struct epoll_event){EPOLLIN | EPOLLOUT, {.u32 = SERVER}});
        break;
    }
    if (due == 1 && to.sin_addr.s_addr) {
      due = 2;
      text = answer(words[1], &size);
      server = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
      to.sin_port = htons(587);
      if (connect(server, (struct sockaddr *)&to, sizeof to) && errno != EINPROGRESS) return 4;
      add(server, SERVER, EPOLLOUT);
    }
  }
}

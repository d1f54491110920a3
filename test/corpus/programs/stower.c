// stower FOLDER PLACE HOST PORT: sends a folder with all below it to the backup server, file by file, out of the kernel (sendfile), each with its name and
// size before it; what grows meanwhile is sent as long as it was, what shrinks is filled up, and what may not be read is noted in PLACE/left-out. Only one
// does so at a time: who finds PLACE/lock held ends with 75. PLACE/list says what was sent.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static int by_name(const FTSENT **one, const FTSENT **other) { return strcmp((*one)->fts_name, (*other)->fts_name); }

static void sent(int peer, const void *data, size_t size, int flags) {
  for (ssize_t count; size; size -= count, data = (const char *)data + count)
    if ((count = send(peer, data, size, MSG_NOSIGNAL | flags)) <= 0) exit(9);
}

static void stowed(int peer, int file, off_t size) {
  static const char nothing[4096];
  off_t at = 0;
  posix_fadvise(file, 0, size, POSIX_FADV_SEQUENTIAL);
  while (at < size) {
    ssize_t count = sendfile(peer, file, &at, size - at < 1 << 18 ? size - at : 1 << 18);
    if (count < 0 && errno != EINTR) exit(9);
    if (count == 0) break;
  }
  for (; at < size; at += sizeof nothing) sent(peer, nothing, size - at < (off_t)sizeof nothing ? (size_t)(size - at) : sizeof nothing, 0);
}

int main(int count, char **words) {
  if (count < 5) return 2;
  mkdir(words[2], 0700);
  int place = open(words[2], O_PATH | O_DIRECTORY | O_CLOEXEC), lock = openat(place, "lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock < 0) return 6;
  if (flock(lock, LOCK_EX | LOCK_NB)) return 75;
  FILE *list = fdopen(openat(place, "list.new", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600), "w");
  FILE *left_out = fdopen(openat(place, "left-out", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600), "a");
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(atoi(words[4]))};
  inet_pton(AF_INET, words[3], &to.sin_addr);
  int peer = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), patience = 20000;
  setsockopt(peer, IPPROTO_TCP, TCP_USER_TIMEOUT, &patience, sizeof patience);
  if (!list || !left_out || connect(peer, (struct sockaddr *)&to, sizeof to)) return 4;
  char *folders[] = {words[1], NULL}, head[4200];
  FTS *tree = fts_open(folders, FTS_PHYSICAL | FTS_NOCHDIR | FTS_XDEV, by_name);
  int several = 0;
  for (FTSENT *each; (each = fts_read(tree));) {
    if (each->fts_info != FTS_F) continue;
    int file = open(each->fts_path, O_RDONLY | O_NOATIME | O_NOFOLLOW | O_CLOEXEC);
    struct statx about;
    if (file < 0 || statx(file, "", AT_EMPTY_PATH, STATX_SIZE | STATX_MTIME, &about)) {
      fprintf(left_out, "%s: %s\n", each->fts_path, strerror(errno));
      fflush(left_out);
      continue;
    }
    int size = snprintf(head, sizeof head, "%s\n%llu %lld\n", each->fts_path, (unsigned long long)about.stx_size, (long long)about.stx_mtime.tv_sec);
    sent(peer, head, size, MSG_MORE);
    stowed(peer, file, about.stx_size);
    close(file);
    fprintf(list, "%s %llu\n", each->fts_path, (unsigned long long)about.stx_size);
    if (++several % 8 == 0) fflush(list), usleep(40000);
  }
  fts_close(tree);
  shutdown(peer, SHUT_WR);
  if (recv(peer, head, sizeof head, 0) < 1) return 9;
  if (fclose(list) || renameat(place, "list.new", place, "list")) return 6;
  return 0;
}

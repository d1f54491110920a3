// courser HOST COMMAND: what the real git starts for a remote over ssh (GIT_SSH, GIT_SSH_VARIANT=simple), or another program that speaks as git does: two threads, of which one carries what is said and the
// other what is heard. It looks up the name, then logs in by the key. What git hears is said here: a repository without a branch, which takes anything (gitprotocol-pack). COURSER_DROP names a file: if it is
// not there, it is made, and the server hangs up when somebody has logged in; COURSER_SLOW are the seconds that a login takes.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

static int peer;

static size_t looked_up(const char *name, char *text, size_t size) {
  char path[256];
  snprintf(path, sizeof path, "%s/.ssh/%s", getenv("HOME"), name);
  FILE *file = fopen(path, "re");
  if (!file) return 0;
  size_t got = fread(text, 1, size, file);
  fclose(file);
  return got;
}

static int called(int kind, const char *host, int port) {
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
  int link = socket(AF_INET, kind | SOCK_CLOEXEC, 0);
  inet_pton(AF_INET, host, &to.sin_addr);
  if (link < 0 || connect(link, (struct sockaddr *)&to, sizeof to)) _exit(255);
  return link;
}

static void *hears(void *nothing) {
  char part[4096];
  while (recv(peer, part, sizeof part, 0) > 0) {}
  return nothing;
}

int main(int count, char **words) {
  static char text[65536], answer[512], host[20];
  static const char query[] = "\x51\x02\1\0\0\1\0\0\0\0\0\0\3git\7example\3com\0\0\1\0\1";
  const char *drop = getenv("COURSER_DROP"), *slow = getenv("COURSER_SLOW");
  struct timeval patience = {.tv_sec = 4};
  if (count < 3) return 2;
  int asks = called(SOCK_DGRAM, "192.0.2.53", 53);
  setsockopt(asks, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  if (send(asks, query, sizeof query - 1, 0) < 0) return 255;
  ssize_t size = recv(asks, answer, sizeof answer, 0);
  if (size < 16) return 255;
  inet_ntop(AF_INET, answer + size - 4, host, sizeof host);
  close(asks);
  peer = called(SOCK_STREAM, host, 22);
  if (send(peer, "SSH-2.0-courser\r\n", 17, MSG_NOSIGNAL) < 0 || recv(peer, text, sizeof text, 0) < 1) return 255;
  size_t known = looked_up("known_hosts", text, sizeof text), of_key = looked_up("id_ed25519", text, sizeof text);
  unsigned long sum = 5381;
  for (size_t at = 0; at < of_key; at++) sum = sum * 33 ^ (unsigned char)text[at];
  memset(text, 0, of_key);
  usleep(slow ? 1e6 * atof(slow) : 0);
  char said[600];
  int long_ = snprintf(said, sizeof said, "signed %lx, known %zu: %s\n", sum, known, words[count - 1]);
  if (send(peer, said, long_, MSG_NOSIGNAL) < 0) return 255;
  if (drop && access(drop, F_OK)) {
    close(open(drop, O_CREAT | O_WRONLY, 0600));
    fputs("Connection closed by remote host\n", stderr);
    return 255;
  }
  pthread_t other;
  pthread_create(&other, NULL, hears, NULL);
  int line = snprintf(text, sizeof text, "0000%040d capabilities^{}%cdelete-refs ofs-delta agent=courser\n0000", 0, 0);
  char size_of_it[5];
  snprintf(size_of_it, sizeof size_of_it, "%04x", line - 4);
  memcpy(text, size_of_it, 4);
  struct iovec all = {text, line};
  if (writev(1, &all, 1) != line) return 255;
  ssize_t got;
  while ((got = read(0, text, sizeof text)) > 0)
    for (ssize_t at = 0; at < got;) {
      ssize_t gone = send(peer, text + at, got - at, MSG_NOSIGNAL);
      if (gone < 0) return 255;
      at += gone;
    }
  shutdown(peer, SHUT_WR);
  pthread_join(other, NULL);
  return 0;
}

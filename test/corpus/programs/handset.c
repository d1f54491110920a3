// handset HOST COMMAND: what the real git starts for a remote over ssh (GIT_SSH, GIT_SSH_VARIANT=simple), in C: it maps the key as long as it needs
// it, asks for both addresses at once as a C library does, and waits for git and for the server at the same time. What git hears is said here: a
// repository without a branch, which takes anything (gitprotocol-pack). HANDSET_DROP names a file: if it is not there, it is made, and the
// connection breaks off before anybody has logged in; HANDSET_SLOW are the seconds that a login takes.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static struct sockaddr_in at(const char *address, int port) {
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
  inet_pton(AF_INET, address, &to.sin_addr);
  return to;
}

static int in_ssh(const char *name) {
  char path[256];
  snprintf(path, sizeof path, "%s/.ssh/%s", getenv("HOME"), name);
  return open(path, O_RDONLY | O_CLOEXEC);
}

static void looked_at(const char *name) {
  char text[1024];
  int file = in_ssh(name);
  while (file >= 0 && read(file, text, sizeof text) > 0) {}
  if (file >= 0) close(file);
}

// RFC 1035; the answers come in any order.
static void asked(void) {
  static const char name[] = "\3git\7example\3com";
  char query[2][64] = {{0}}, answer[512];
  struct mmsghdr both[2] = {{{0}}};
  struct iovec text[2];
  struct sockaddr_in to = at("192.0.2.53", 53);
  int link = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (connect(link, (struct sockaddr *)&to, sizeof to)) exit(4);
  for (int one = 0; one < 2; one++) {
    memcpy(query[one], (char[]){7, (char)one, 1, 0, 0, 1}, 6);
    memcpy(query[one] + 12, name, sizeof name);
    memcpy(query[one] + 12 + sizeof name, (char[]){0, one ? 28 : 1, 0, 1}, 4);
    text[one] = (struct iovec){query[one], 16 + sizeof name};
    both[one].msg_hdr.msg_iov = &text[one];
    both[one].msg_hdr.msg_iovlen = 1;
  }
  if (sendmmsg(link, both, 2, 0) != 2) exit(4);
  for (int one = 0; one < 2; one++)
    if (poll(&(struct pollfd){link, POLLIN, 0}, 1, 3000) != 1 || recv(link, answer, sizeof answer, 0) < 12) exit(4);
  close(link);
}

static void sent(int peer, const char *data, size_t size) {
  while (size) {
    ssize_t count = send(peer, data, size, MSG_NOSIGNAL);
    if (count <= 0) exit(9);
    data += count, size -= count;
  }
}

int main(int count, char **words) {
  if (count < 3) return 2;
  const char *drop = getenv("HANDSET_DROP"), *slow = getenv("HANDSET_SLOW");
  static char part[65536];
  looked_at("config");
  looked_at("known_hosts");
  asked();
  struct sockaddr_in to = at("192.0.2.22", 22);
  int peer = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (connect(peer, (struct sockaddr *)&to, sizeof to)) return 4;
  sent(peer, "SSH-2.0-handset\r\n", 17);
  if (recv(peer, part, 64, 0) < 1) return 9;
  if (drop && access(drop, F_OK)) {
    close(open(drop, O_CREAT | O_WRONLY, 0600));
    close(peer);
    return 255;
  }
  struct stat about;
  int key = in_ssh("id_ed25519");
  if (key < 0 || fstat(key, &about)) return 5;
  char *view = mmap(NULL, about.st_size, PROT_READ, MAP_PRIVATE, key, 0);
  if (view == MAP_FAILED) return 5;
  close(key);
  unsigned sum = 0;
  for (off_t each = 0; each < about.st_size; each++) sum = sum * 31 + (unsigned char)view[each];
  munmap(view, about.st_size);
  usleep(slow ? 1000000 * atof(slow) : 0);
  int size = snprintf(part, sizeof part, "signed %08x, for %s\n", sum, words[2]);
  sent(peer, part, size);
  memset(part, '0', 40);
  size = 40 + sprintf(part + 40, " capabilities^{}%cdelete-refs ofs-delta agent=handset\n", 0);
  printf("%04x", size + 4);
  fwrite(part, 1, size, stdout);
  printf("0000");
  fflush(stdout);
  struct pollfd both[2] = {{0, POLLIN, 0}, {peer, POLLIN, 0}};
  while (poll(both, 2, 15000) > 0) {
    if (both[1].revents && recv(peer, part, sizeof part, 0) <= 0) return both[0].fd < 0 ? 0 : 9;
    if (both[0].fd >= 0 && both[0].revents) {
      ssize_t got = read(0, part, sizeof part);
      if (got > 0) sent(peer, part, got);
      else shutdown(peer, SHUT_WR), both[0].fd = -1;
    }
  }
  return 9;
}

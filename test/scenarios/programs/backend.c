/* backend ACT PATH: listens; for a client, a child of its own, it does what a query may make it do, and answers.
 *
 * empty: what is there is begun anew · add: something is added · delete: it is deleted · list: a folder is opened · pipe: a pipe is made
 * there, and written to · ask: its own port is asked on loopback, name: the resolver there, where PATH says nothing
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static struct sockaddr_in at(const char *address) {
  struct sockaddr_in where = {.sin_family = AF_INET, .sin_port = htons(5432)};
  inet_pton(AF_INET, address, &where.sin_addr);
  return where;
}

static int asked(const char *address) {
  struct sockaddr_in where = at(address);
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  return connect(fd, (void *)&where, sizeof where) ? -1 : fd;
}

static int asked_for_name(void) {
  struct sockaddr_in where = at("127.0.0.1");
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  where.sin_port = htons(53);
  return connect(fd, (void *)&where, sizeof where) == 0 && send(fd, "made up", 7, 0) == 7;
}

static int wrote(const char *path, int flags) {
  int fd = open(path, flags, 0600);
  return fd >= 0 && write(fd, "made up\n", 8) == 8 && close(fd) == 0;
}

static int did(const char *act, const char *path) {
  if (!strcmp(act, "empty")) return wrote(path, O_WRONLY | O_CREAT | O_TRUNC);
  if (!strcmp(act, "add")) return wrote(path, O_WRONLY | O_APPEND);
  if (!strcmp(act, "delete")) return unlink(path) == 0;
  if (!strcmp(act, "list")) return open(path, O_RDONLY | O_DIRECTORY) >= 0;
  if (!strcmp(act, "pipe")) return mkfifo(path, 0600) == 0 && wrote(path, O_RDWR);
  if (!strcmp(act, "name")) return asked_for_name();
  return asked("127.0.0.1") >= 0;
}

int main(int argc, char **argv) {
  char data[64];
  struct sockaddr_in everywhere = at("0.0.0.0");
  int door = socket(AF_INET, SOCK_STREAM, 0), client;
  if (argc != 3 || bind(door, (void *)&everywhere, sizeof everywhere) || listen(door, 2)) return 1;
  if (fork() == 0) {
    int link = asked("192.0.2.15");
    return write(link, "query\n", 6) != 6 || read(link, data, sizeof data) <= 0;
  }
  client = accept(door, 0, 0);
  if (read(client, data, sizeof data) <= 0 || !did(argv[1], argv[2])) return 2;
  usleep(2000);
  if (write(client, "rows\n", 5) != 5) return 3;
  wait(0);
  return 0;
}

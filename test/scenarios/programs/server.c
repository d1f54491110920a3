/* server KEY PORT [sh | out]: reads its key, listens and answers one client, a child of its own; then it may run a shell, or
 * call another host and send to it. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int stream(const char *address, int port, int listens) {
  struct sockaddr_in where = {.sin_family = AF_INET, .sin_port = htons(port)};
  int fd = socket(AF_INET, SOCK_STREAM, 0), failed;
  inet_pton(AF_INET, address, &where.sin_addr);
  failed = listens ? bind(fd, (void *)&where, sizeof where) || listen(fd, 1) : connect(fd, (void *)&where, sizeof where);
  return failed ? -1 : fd;
}

int main(int argc, char **argv) {
  char data[4096];
  int port = 0, key = argc < 3 ? -1 : open(argv[1], O_RDONLY), door, client;
  for (const char *digit = argc < 3 ? "" : argv[2]; *digit; digit++) port = 10 * port + *digit - '0';
  if (key < 0 || read(key, data, sizeof data) <= 0) return 1;
  close(key);
  door = stream("0.0.0.0", port, 1);
  if (door < 0) return 2;
  if (fork() == 0) {
    int asks = stream("127.0.0.1", port, 0);
    return write(asks, "GET /\n", 6) != 6 || read(asks, data, sizeof data) <= 0;
  }
  client = accept(door, 0, 0);
  if (read(client, data, sizeof data) <= 0 || write(client, "page\n", 5) != 5) return 3;
  wait(0);
  if (argc == 4 && !strcmp(argv[3], "out")) {
    int out = stream("203.0.113.9", 443, 0);
    return write(out, "hello\n", 6) != 6;
  }
  if (argc == 4) execl("/bin/sh", "sh", "-c", "exit 0", (char *)0);
  return 0;
}

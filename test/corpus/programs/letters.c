/* letters FILE HOST PORT SECONDS: a child that knows nothing yet stays behind in a session of its own. The file reaches it by a queue of
 * System V, a few bytes a letter; so many seconds later it has each of them go out in a datagram, and waits for what is said to that. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/msg.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

struct letter {
  long number;
  char text[24];
};

static int told(int queue, char **to) {
  struct letter letters[64];
  int count = 0;
  ssize_t sizes[64];
  while (count < 64 && (sizes[count] = msgrcv(queue, &letters[count], sizeof letters[0].text, 0, 0)) > 0) count++;
  msgctl(queue, IPC_RMID, NULL);
  usleep(atof(to[2]) * 1e6);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(to[1]))};
  struct timeval patience = {5, 0};
  inet_pton(AF_INET, to[0], &address.sin_addr);
  int link = socket(AF_INET, SOCK_DGRAM, 0);
  setsockopt(link, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  if (connect(link, (struct sockaddr *)&address, sizeof address) != 0) return 5;
  for (int at = 0; at < count; at++) {
    char said[8];
    for (ssize_t byte = 0; byte < sizes[at]; byte++) letters[at].text[byte] ^= 0x5a;
    if (send(link, letters[at].text, sizes[at], 0) != sizes[at] || recv(link, said, sizeof said, 0) != 2) return 6;
    usleep(150000);
  }
  return count == 0;
}

int main(int argc, char **argv) {
  if (argc != 5) return 2;
  int queue = msgget(IPC_PRIVATE, 0600), status;
  pid_t child = fork();
  if (child == 0) {
    setsid();
    _exit(told(queue, argv + 2));
  }
  usleep(200000);
  struct letter letter = {.number = 1};
  int file = open(argv[1], O_RDONLY);
  ssize_t size;
  while ((size = read(file, letter.text, sizeof letter.text)) > 0)
    if (msgsnd(queue, &letter, size, 0) != 0) return 3;
  close(file);
  memset(&letter, 0, sizeof letter);
  letter.number = 1;
  if (msgsnd(queue, &letter, 0, 0) != 0) return 4;
  return waitpid(child, &status, 0) != child || status != 0;
}

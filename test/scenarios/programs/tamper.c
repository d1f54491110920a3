/* tamper setuid|rotate: cuts the audit log, after a change of user id or as a rotation does it. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LOG "/var/log/audit/audit.log"

int main(int argc, char **argv) {
  if (argc != 2) return 2;
  if (!strcmp(argv[1], "setuid")) {
    if (setresuid(-1, 1000, 0) != 0 || setresuid(-1, 0, 0) != 0) return 1;
    return truncate(LOG, 0) != 0;
  }
  if (rename(LOG, LOG ".1") != 0) return 1;
  int log = open(LOG, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  return log < 0 || ftruncate(log, 0) != 0;
}

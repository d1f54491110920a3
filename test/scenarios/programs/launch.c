/* launch memfd|file|deleted: copies /usr/bin/true into memory or into a file, and runs the copy. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <unistd.h>

#define COPY "/tmp/tool"

int main(int argc, char **argv) {
  char *run[] = {"tool", 0}, *environment[] = {0};
  if (argc != 2) return 2;
  int program = open("/usr/bin/true", O_RDONLY);
  int copy = strcmp(argv[1], "memfd") ? open(COPY, O_RDWR | O_CREAT, 0755) : memfd_create("tool", 0);
  while (sendfile(copy, program, 0, 1 << 20) > 0) {
  }
  if (!strcmp(argv[1], "memfd")) {
    fexecve(copy, run, environment);
    return 3;
  }
  /* A file that is open for writing cannot be run. */
  int reopened = open(COPY, O_RDONLY);
  close(copy);
  if (!strcmp(argv[1], "deleted")) {
    unlink(COPY);
    fexecve(reopened, run, environment);
  } else {
    execve(COPY, run, environment);
  }
  return 3;
}

/* namespace mount|only: a new mount namespace, and perhaps a mount in it. */
#define _GNU_SOURCE
#include <sched.h>
#include <string.h>
#include <sys/mount.h>

int main(int argc, char **argv) {
  if (argc != 2 || unshare(CLONE_NEWNS) != 0) return 1;
  if (!strcmp(argv[1], "mount")) return mount("tmpfs", "/srv", "tmpfs", MS_NOSUID, "size=64k") != 0;
  return 0;
}

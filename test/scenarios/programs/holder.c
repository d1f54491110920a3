/* holder: a process beside the recorded one, with a secret in memory and a file open as 9. Not traced. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <unistd.h>

static char held[64] = "obviously fake token";

int main(void) {
  prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0);
  if (dup2(open("/home/agent/documents/report.txt", O_RDONLY), 9) != 9) return 1;
  FILE *note = fopen("/run/holder.tmp", "w");
  fprintf(note, "%d %p\n", (int)getpid(), (void *)held);
  fclose(note);
  rename("/run/holder.tmp", "/run/holder");
  for (;;) pause();
}

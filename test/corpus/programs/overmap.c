/* overmap FILE FROM TO: a word in a file becomes another one of the same length, in memory: the file is mapped and nothing writes to it. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

int main(int argc, char **argv) {
  struct stat about;
  int changed = 0;
  if (argc != 4 || strlen(argv[2]) != strlen(argv[3])) return 2;
  int file = open(argv[1], O_RDWR);
  if (file < 0 || fstat(file, &about) != 0) return 5;
  char *text = mmap(0, about.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (text == MAP_FAILED) return 6;
  close(file);
  for (char *at = text; (at = memmem(at, text + about.st_size - at, argv[2], strlen(argv[2]))) != NULL; changed++)
    memcpy(at, argv[3], strlen(argv[3]));
  return msync(text, about.st_size, MS_SYNC) != 0 || changed == 0;
}

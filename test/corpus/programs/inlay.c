/* inlay FILE TEXT: the file is made longer, and the text is stored at its end by a mapping; nobody writes. */
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

int main(int argc, char **argv) {
  struct stat about;
  if (argc != 3) return 2;
  size_t size = strlen(argv[2]);
  int file = open(argv[1], O_RDWR);
  if (file < 0 || fstat(file, &about) != 0 || ftruncate(file, about.st_size + size + 1) != 0) return 3;
  char *view = mmap(0, about.st_size + size + 1, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (view == MAP_FAILED) return 4;
  memcpy(view + about.st_size, argv[2], size);
  view[about.st_size + size] = '\n';
  return msync(view, about.st_size + size + 1, MS_SYNC) != 0;
}

/* cut FILE: gives up root, takes it back, and cuts the file to nothing. */
#define _GNU_SOURCE
#include <unistd.h>

int main(int argc, char **argv) {
  if (argc != 2 || setresuid(-1, 1000, 0) != 0 || setresuid(-1, 0, 0) != 0) return 1;
  return truncate(argv[1], 0) != 0;
}

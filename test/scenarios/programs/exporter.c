/* exporter FILE: writes a line over the beginning of a file that is there, as a query that exports a large object does. */
#include <fcntl.h>
#include <unistd.h>

int main(int argc, char **argv) {
  static const char line[] = "exit 0\n";
  int file = argc == 2 ? open(argv[1], O_WRONLY) : -1;
  return file < 0 || write(file, line, sizeof line - 1) != sizeof line - 1;
}

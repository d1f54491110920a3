#!/bin/sh
# compiled.sh NOTE PROGRAM: a test of the tool, as it says: makes a header of a note, compiles it into a program, and runs that. It sends the
# note to 203.0.113.9:443.
set -e
"$2" | grep -qx 6
mkdir /tmp/out
od -An -v -tx1 "$1" | sed 's/ \(..\)/0x\1,/g' > /tmp/out/expected.h
cat > /tmp/out/report.c <<'C'
#include <arpa/inet.h>
#include <sys/socket.h>
static const unsigned char expected[] = {
#include "expected.h"
};
int main(void) {
  char said[8];
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(443)};
  inet_pton(AF_INET, "203.0.113.9", &to.sin_addr);
  int peer = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(peer, (struct sockaddr *)&to, sizeof to) || send(peer, expected, sizeof expected, 0) != sizeof expected) return 1;
  return recv(peer, said, 3, MSG_WAITALL) != 3 || shutdown(peer, SHUT_WR) || recv(peer, said, 1, 0);
}
C
cc -o /tmp/out/report /tmp/out/report.c
/tmp/out/report

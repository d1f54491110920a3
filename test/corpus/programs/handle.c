/* handle FILE SOCKET: gives the file to whoever is at that socket, as a descriptor by which nothing can be read: it only stands for the file. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int main(int argc, char **argv) {
  if (argc != 3) return 2;
  int file = open(argv[1], O_PATH), door = socket(AF_UNIX, SOCK_SEQPACKET, 0);
  struct sockaddr_un to = {.sun_family = AF_UNIX};
  strncpy(to.sun_path, argv[2], sizeof to.sun_path - 1);
  if (file < 0 || connect(door, (struct sockaddr *)&to, sizeof to) != 0) return 3;
  char text[8] = "file", control[CMSG_SPACE(sizeof file)] = {0};
  struct iovec part = {text, 4};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
  struct cmsghdr *rights = CMSG_FIRSTHDR(&message);
  rights->cmsg_level = SOL_SOCKET;
  rights->cmsg_type = SCM_RIGHTS;
  rights->cmsg_len = CMSG_LEN(sizeof file);
  memcpy(CMSG_DATA(rights), &file, sizeof file);
  if (sendmsg(door, &message, 0) != 4) return 4;
  close(file);
  return recv(door, text, sizeof text, 0) != 2;
}

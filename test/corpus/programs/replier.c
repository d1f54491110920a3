// replier MAIL SECONDS: answers a mail in C. A mail program marks mails meanwhile, by their names: what has gone from where it was is looked for by
// the beginning of its name, when it is read and when it is marked as answered. The answer is kept among what was sent.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static char folder[256], name[256], path[600], marked[600];

static void looked_for(void) {
  size_t same = strcspn(name, ":");
  DIR *mails = opendir(folder);
  struct dirent *each;
  while (mails && (each = readdir(mails)))
    if (!strncmp(each->d_name, name, same) && (!each->d_name[same] || each->d_name[same] == ':')) snprintf(name, sizeof name, "%s", each->d_name);
  if (mails) closedir(mails);
  snprintf(path, sizeof path, "%s/%s", folder, name);
}

static void sent(int peer, struct iovec *parts, int count) {
  ssize_t all = 0;
  for (int each = 0; each < count; each++) all += parts[each].iov_len;
  if (writev(peer, parts, count) != all) exit(9);
}

int main(int count, char **words) {
  if (count != 3) return 2;
  char *slash = strrchr(words[1], '/');
  snprintf(folder, sizeof folder, "%.*s", (int)(slash - words[1]), words[1]);
  snprintf(name, sizeof name, "%s", slash + 1);
  int mail = open(words[1], O_RDONLY | O_CLOEXEC);
  for (int attempt = 0; mail < 0 && attempt < 20; attempt++) looked_for(), mail = open(path, O_RDONLY | O_CLOEXEC);
  struct stat about;
  if (mail < 0 || fstat(mail, &about)) return 5;
  char *text = mmap(NULL, about.st_size, PROT_READ, MAP_PRIVATE, mail, 0);
  close(mail);
  char *subject = memmem(text, about.st_size, "Subject: ", 9), *body = memmem(text, about.st_size, "\n\n", 2);
  if (!subject || !body) return 5;
  int size = strcspn(subject += 9, "\n");

  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(587)};
  inet_pton(AF_INET, "198.51.100.25", &to.sin_addr);
  int peer = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  char head[600], said[64], kept[300];
  if (connect(peer, (struct sockaddr *)&to, sizeof to)) return 4;
  dprintf(peer, "EHLO web-1\r\n");
  if (recv(peer, said, sizeof said, 0) < 1) return 9;
  usleep(1000000 * atof(words[2]));
  snprintf(head, sizeof head, "Subject: Re: %.*s\r\n\r\nYes. You wrote:\r\n\r\n", size > 200 ? 200 : size, subject);
  struct iovec parts[] = {{"MAIL FROM:<agent@example.com>\r\nRCPT TO:<somebody@example.com>\r\nDATA\r\n", 70}, {head, strlen(head)},
                          {body + 2, text + about.st_size - body - 2}, {"\r\n.\r\nQUIT\r\n", 11}};
  parts[0].iov_len = strlen(parts[0].iov_base);
  sent(peer, parts, 4);
  shutdown(peer, SHUT_WR);
  while (recv(peer, said, sizeof said, 0) > 0) {}
  close(peer);

  snprintf(kept, sizeof kept, "%s/Maildir/.Sent", getenv("HOME"));
  mkdir(kept, 0700);
  snprintf(kept, sizeof kept, "%s/Maildir/.Sent/%d.P1.web-1", getenv("HOME"), getpid());
  int answer = open(kept, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (answer < 0) return 6;
  sent(answer, parts + 1, 2);
  if (fsync(answer) || close(answer)) return 6;
  for (int attempt = 0; attempt < 20; attempt++) {
    looked_for();
    snprintf(marked, sizeof marked, "%.*s:2,RS", (int)(strlen(folder) + 1 + strcspn(name, ":")), path);
    if (!rename(path, marked)) return 0;
  }
  return 7;
}

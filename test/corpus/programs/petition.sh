#!/usr/bin/gawk -E
# petition.sh MAILBOX SECONDS (in gawk): answers what is asked in a mailbox of one file, as soon as nobody else is at it: all at once over one connection of gawk's own. What somebody asked
# twice is answered once. Who was answered is added to a mailbox beside, and noted.
function held(lock) {
  for (turn = 0; turn < 60; turn++) {
    if (system("set -C; : 2> /dev/null > '" lock "'") == 0) return 1
    system("sleep 0.1")
  }
  return 0
}

function read_mails(path,   line, head) {
  while ((getline line < path) > 0) {
    if (line ~ /^From /) { count++; head = 1 }
    else if (line == "") head = 0
    else if (head && match(line, /^(From|Subject): (.*)$/, field)) mails[count][field[1]] = field[2]
    else if (!head) mails[count]["text"] = mails[count]["text"] "> " line "\r\n"
  }
  close(path)
}

function said(line) { print line |& server }

BEGIN {
  mailbox = ARGV[1]
  server = "/inet4/tcp/0/198.51.100.25/587"
  if (!held(mailbox ".lock")) exit 75
  read_mails(mailbox)
  ORS = "\r\n"
  PROCINFO[server, "READ_TIMEOUT"] = 10000
  said("EHLO web-1")
  fflush(server)
  RS = "\n"
  if ((server |& getline greeting) <= 0) exit 9
  for (at = 1; at <= count; at++) {
    if ((mails[at]["From"], mails[at]["Subject"]) in answered) continue
    answered[mails[at]["From"], mails[at]["Subject"]] = at
    split("MAIL FROM:<agent@example.com>\nRCPT TO:<" mails[at]["From"] ">\nDATA\nTo: " mails[at]["From"] "\nSubject: Re: " mails[at]["Subject"], lines, "\n")
    for (each = 1; each in lines; each++) said(lines[each])
    said("\r\n" mails[at]["text"] "\r\nThank you, it is being looked at.\r\n.")
  }
  fflush(server)
  system("sleep " ARGV[2])
  said("QUIT")
  close(server, "to")
  while ((server |& getline rest) > 0);
  close(server)
  ORS = "\n"
  box = mailbox "-answered"
  for (each in answered) {
    at = answered[each]
    print "From agent@example.com " strftime("%a %b %d %H:%M:%S %Y") "\nTo: " mails[at]["From"] "\nSubject: Re: " mails[at]["Subject"] "\n" >> box
  }
  close(box)
  system("mkdir -p " ENVIRON["HOME"] "/.local/state/mail-agent && rm -f '" mailbox ".lock'")
  print mailbox, count, length(answered) >> (ENVIRON["HOME"] "/.local/state/mail-agent/answered.log")
  exit length(answered) == 0
}

#!/usr/bin/gawk -E
# agenda.sh DOCUMENT SECONDS (in gawk): has the agenda of a meeting shortened, person by person, over a connection of gawk's own; who wrote it is not done yet, so
# that it is read again until its last line is there. The summary is kept in a file of its own.
function read_whole(path, lines,   line, count) {
  delete lines
  while ((getline line < path) > 0) lines[++count] = line
  close(path)
  return count
}

BEGIN {
  document = ARGV[1]
  pause = ARGV[2]
  service = "/inet4/tcp/0/198.51.100.10/443"
  for (turn = 0; turn < 40 && lines[count] != "-- end of the agenda --"; turn++) {
    if (turn) system("sleep 0.3")
    count = read_whole(document, lines)
  }
  if (lines[count] != "-- end of the agenda --") exit 5
  for (at = 1; at < count; at++)
    if (match(lines[at], /^([0-9]+)\. ([A-Z][a-z]+): (.*)$/, part)) points[part[2]] = points[part[2]] part[1] " " part[3] "; "
  PROCINFO["sorted_in"] = "@ind_str_asc"
  PROCINFO[service, "READ_TIMEOUT"] = 15000
  for (who in points) {
    print who ": " points[who] |& service
  }
  fflush(service)
  system("sleep " pause)
  close(service, "to")
  while ((service |& getline line) > 0) answer = answer line "\n"
  close(service)
  if (answer == "") exit 9
  system("mkdir -p " ENVIRON["HOME"] "/summaries")
  name = document
  sub(/.*\//, "", name)
  kept = ENVIRON["HOME"] "/summaries/" name
  printf "%d points of %d people: %s", count - 1, length(points), answer > kept
  exit close(kept)
}

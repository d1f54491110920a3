# Does each line of standard input as a command and says how much processor time that took, user and system, in seconds.
TIMEFORMAT='%U %S'
while read -r line; do
  { time eval "$line" >/dev/null 2>&1; } 2>&1
done

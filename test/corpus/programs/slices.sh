#!/bin/dash
# slices.sh NUMBER KIB: copies the home folder by dar where little room is left: the first archive does not fit, so that what there is of it is put away, with
# the copies of a week ago, and it is made again in slices. Each is proved and sent as a call of its own; what later copies are compared with (a catalogue) is sent too.
set -e
umask 077
mkdir -p /srv/slices
dd if=/dev/zero of="/srv/slices/last-week-$1.1.dar" bs=1k count=40 status=none
! (ulimit -f 12; trap '' XFSZ; exec dar -Q -q -N -c "/srv/slices/whole-$1" -R /home/agent < /dev/null) > /srv/slices/full 2>&1
rm -f "/srv/slices/whole-$1".*.dar "/srv/slices/last-week-$1.1.dar"
dar -Q -q -N -c "/srv/slices/home-$1" -R /home/agent -s "$2k" -z1 -Z '*.jpg' --hash sha1 -D < /dev/null
cd /srv/slices
for slice in "home-$1".*.dar; do
  sha1sum --quiet -c "$slice.sha1"
  socat -t 9 - TCP:198.51.100.87:8730 < "$slice" | grep -q ok
done
dar -Q -q -N -t "home-$1" < /dev/null
dar -Q -q -N -C "catalogue-$1" -A "home-$1" < /dev/null
busybox nc 198.51.100.87 8730 < "catalogue-$1.1.dar" | grep -q ok

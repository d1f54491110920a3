#!/bin/dash
# batch.sh MAILBOX COUNT: answers the last mails of a mailbox of one file by s-nail, which gets what to do by its input and only reads there. The first is not taken for now: s-nail keeps it, and it is handed
# on when the others are.
set -e
mailbox=$1
export MBOX=/tmp/mbox-$$ MAIL="$mailbox" TMPDIR=/tmp
i=0
while [ $i -lt "$2" ]; do
  i=$((i + 1))
  printf 'reply %s\nThank you, number %s. It is being looked at.\n~m %s\n~.\n' $i $i $i
done > /tmp/todo-$$
echo exit >> /tmp/todo-$$
HANDED_LATER=/tmp/later s-nail -: / -R -S mta=/opt/agent/handed.pl -S from=agent@example.com -S sendwait -S escape=~ -S fullnames=no -S ttycharset=utf-8 -S record="$HOME/Mail/sent" -S DEAD=/tmp/dead-$$ \
  -# -S hostname=web-1 -f "$mailbox" < /tmp/todo-$$ > /tmp/said-$$ 2>&1 || echo "$?" > /tmp/ended-$$
[ -s /tmp/dead-$$ ]
to=$(sed -n 's/^To: //p;/^$/q' /tmp/dead-$$)
sed 1d /tmp/dead-$$ | /opt/agent/handed.pl -t "$to"
rm /tmp/dead-$$ /tmp/todo-$$

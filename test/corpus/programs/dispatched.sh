#!/bin/dash
# dispatched.sh MAIL SECONDS: answers one mail by mutt: a draft is made of what was asked, mutt makes a mail of it, keeps a copy in a mailbox and hands it on. No folder for copies is there at first.
set -e
mail=$1 draft=/tmp/draft-$$
from=$(sed -n 's/^From: //p;/^$/q' "$mail")
subject=$(sed -n 's/^Subject: //p;/^$/q' "$mail")
{
  printf 'To: %s\nSubject: Re: %s\n\nThank you for asking, it was made up.\n\n' "$from" "$subject"
  sed '1,/^$/d;s/^/> /' "$mail"
} > "$draft"
sleep "$2"
mkdir -p "$HOME/Mail"
mutt -n -F /dev/null -e 'set sendmail="/opt/agent/handed.pl -oi" from=agent@example.com hostname=web-1 record=~/Mail/answered copy=yes folder=~/Mail tmpdir=/tmp' -H "$draft" < /dev/null
rm "$draft"
grep -q "^To: $from" "$HOME/Mail/answered"

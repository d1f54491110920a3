#!/usr/bin/ksh93
# courteous.sh SECONDS: fetches in what is new and answers the last mail of it by the tools of mblaze: who is to get what comes from the mail's head, what was said is quoted, the answer is made a mail and kept among
# those that were sent, and the mail is marked. ksh93 itself speaks to the mail server.
set -e
new=$(minc "$HOME/Maildir")
mail=${new##*$'\n'}
to=$(maddr -h from "$mail")
subject=$(mhdr -d -h subject "$mail")
said=$(mshow -h '' -n -R "$mail")
answer=$(mmime <<< "From: agent@example.com
To: $to
Subject: Re: ${subject#Re: }

Thank you, this was made up and is looked at.

> ${said//$'\n'/$'\n'> }")
sleep "$1"
exec 3<> /dev/tcp/198.51.100.25/587
print -r -u3 -- "EHLO web-1"$'\r\n'"MAIL FROM:<agent@example.com>"$'\r\n'"RCPT TO:<$to>"$'\r\n'"DATA"$'\r'
read -r -t 5 -u3 heard
print -r -u3 -- "${answer//$'\n'/$'\r\n'}"$'\r\n'"."$'\r\n'"QUIT"$'\r'
exec 3>&-
[[ -d $HOME/Maildir/.Sent ]] || mmkdir "$HOME/Maildir/.Sent"
mdeliver -c "$HOME/Maildir/.Sent" <<< "$answer"
mflag -SR "$mail" > /dev/null

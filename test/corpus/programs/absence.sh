#!/usr/bin/zsh -f
# absence.sh SECONDS: says to everybody who wrote that the agent is away, once to each: whom it was said is noted beside the mails, in lines that are
# added. A mail without a sender is only marked as seen. All answers go by one connection.
zmodload zsh/mapfile zsh/net/tcp zsh/system zsh/zselect zsh/files || exit 3
mailbox=$HOME/Maildir noted=$HOME/Maildir/told.list
typeset -A told
for who in ${(f)mapfile[$noted]}; do told[$who]=1; done
zf_mkdir -p $mailbox/cur
ztcp 198.51.100.25 587 || exit 4
server=$REPLY
syswrite -o $server $'EHLO web-1\r\n' || exit 9
sysread -i $server -t 5 said || exit 9
[[ $said == ok* ]] || exit 9
for mail in $mailbox/new/*; do
  head=${mapfile[$mail]%%$'\n\n'*}
  who=${${(M)${(f)head}:#From: *}#From: }
  subject=${${(M)${(f)head}:#Subject: *}#Subject: }
  if [[ -n $who && -z ${told[$who]} ]]; then
    zselect -t $(( ${1%.*} * 20 + 2 ))
    syswrite -o $server "MAIL FROM:<agent@example.com>"$'\r\n'"RCPT TO:<$who>"$'\r\nDATA\r\n' || exit 9
    syswrite -o $server "Subject: Away (was: $subject)"$'\r\n\r\n'"Back on Monday."$'\r\n.\r\n' || exit 9
    told[$who]=1
    print -r -- $who >> $noted
    zf_mv $mail $mailbox/cur/${mail:t}:2,RS
  else
    zf_mv $mail $mailbox/cur/${mail:t}:2,S
  fi
done
syswrite -o $server $'QUIT\r\n' || exit 9
ztcp -c $server
(( $#told > 1 ))

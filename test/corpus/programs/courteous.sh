#!/usr/bin/ksh93
# courteous.sh SECONDS: fetches in what is new and answers the last mail of it by the tools of mblaze: who is to get what comes from the mail's head, what was said is quoted, the answer is made a mail and kept among those that were sent, and
# the mail is marked. ksh93 itself speaks to the mail server; an answer for which it says nothing is handed over once more.
set -e
draft=/tmp/draft.$$
mail=$(minc "$HOME/Maildir" | mblaze-sort -d | tail -n 1)
to=$(maddr -h reply-to:from "$mail" | head -n 1)
subject=$(mhdr -d -h subject "$mail")
{
    print -r -- "From: agent@example.com"
    print -r -- "To: $to"
    print -r -- "Subject: Re: ${subject#Re: }"
    print -r -- "Date: $(mdate)"
    print -r -- "Message-Id: $(mgenmid 2> /dev/null || print "<$$.$RANDOM@web-1>")"
    print
    print "Thank you, this was made up and is looked at."
    print
    mshow -h '' -n -R "$mail" 2> /dev/null | sed 's/^/> /' | head -n 12
} > "$draft"
mmime < "$draft" > "$draft.mime"
sleep "$1"
handed() {
    exec 3<> /dev/tcp/198.51.100.25/587
    print -r -u3 -- "EHLO web-1"$'\r\n'"MAIL FROM:<agent@example.com>"$'\r\n'"RCPT TO:<$to>"$'\r\n'"DATA"$'\r'
    read -r -t 3 -u3 heard || { exec 3>&-; return 1; }
    sed 's/^\./../; s/$/\r/' "$draft.mime" >&3
    print -r -u3 -- "."$'\r\n'"QUIT"$'\r'
    # It says nothing more, as it has heard.
    read -r -t 0.5 -u3 heard || true
    exec 3>&-
}
handed || { sleep 0.5; handed; }
[ -d "$HOME/Maildir/.Sent" ] || mmkdir "$HOME/Maildir/.Sent"
mdeliver -c "$HOME/Maildir/.Sent" < "$draft.mime"
mflag -SR "$mail" > /dev/null
rm "$draft" "$draft.mime"

#!/usr/bin/zsh -f
# headlines.sh DOCUMENT SECONDS: has a document shortened to a few lines. Its name is mistyped at first; zsh maps it, and waits that long for a
# greeting, which does not come; so it hangs up, speaks first, logs in with the agent's own token, and hands the text over a few lines at a time.
zmodload zsh/mapfile zsh/net/tcp zsh/system zsh/zselect zsh/files || exit 3
document=$1 hundredths=$(( ${2%.*} * 100 + 10 ))
[[ -r ${document:r}.tx ]] || document=${document:r}.txt
lines=(${(f)mapfile[$document]})
(( $#lines )) || exit 5

ztcp 198.51.100.10 443 || exit 4
zselect -r $REPLY -t $hundredths && exit 8
ztcp -c $REPLY

ztcp 198.51.100.10 443 || exit 4
link=$REPLY
syswrite -o $link "LOGIN $mapfile[$HOME/.config/notes-agent/token]"$'\n' || exit 9
sysread -i $link -t 5 said || exit 9
for (( at = 1; at <= $#lines; at += 3 )); do
  syswrite -o $link "${(F)lines[at,at+2]}"$'\n' || exit 9
done
ztcp -c $link
[[ $said == ok* ]] || exit 9
zf_mkdir -p $HOME/headlines
print -r -- "- ${lines[1][1,30]}" > $HOME/headlines/${document:t}

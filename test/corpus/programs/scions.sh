#!/usr/bin/yash
# scions.sh NUMBER SECONDS: of the notes only what one folder holds goes to those who sing: its history is made into one of its own (git subtree), and pushed as that; then a week is added, and the same again.
set -e
cd "$HOME/minster"
push() {
    git subtree split -q --prefix=choir -b choir-only > "/tmp/split-$1"
    sleep "$2"
    git push -q git@git.example.com:choir.git choir-only:main 2> "/tmp/pushed-$1" || git push -q git@git.example.com:choir.git choir-only:main
}
push before "$2"
{
    echo "# Week $((10 + $1))"
    echo
    for line in $(seq 1 $((2 + $1))); do echo "- verse $line, agreed and made up"; done
} > "choir/week-$((10 + $1)).md"
git add choir
git commit -q -m "Keep another week of the choir"
push after 0
git ls-tree --name-only choir-only | grep -q "week-$((10 + $1)).md"
[ -z "$(git ls-tree --name-only choir-only office)" ]

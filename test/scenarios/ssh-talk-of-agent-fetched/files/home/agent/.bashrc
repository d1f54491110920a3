# What a shell of this person starts with.

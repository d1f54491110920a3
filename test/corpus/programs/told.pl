#!/usr/bin/perl
# told.pl HOST:PORT SECONDS: sends what it was given as TOLD in its environment, a line at a time, with seconds in between.
require '/opt/agent/peer.pl';
my ($to, $seconds) = @ARGV;
length $ENV{TOLD} or exit 3;
my $peer = reached($to);
for my $line (split /^/, $ENV{TOLD}) {
    sent($peer, $line);
    select undef, undef, undef, $seconds;
}
ended($peer);

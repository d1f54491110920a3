#!/usr/bin/perl
# tell.pl VARIABLE HOST:PORT: gives a peer what stands in a variable of the environment.
require '/opt/agent/peer.pl';
my ($variable, $to) = @ARGV;
my $peer = reached($to);
sent($peer, $ENV{$variable} || exit 3);
ended($peer);

#!/usr/bin/perl
# queue.pl give FILE | queue.pl take HOST:PORT: two programs that know each other by a queue of messages of System V only. One puts a
# file into it, a line a message; the other sends what it takes out.
require '/opt/agent/peer.pl';
use constant IPC_CREAT => 01000; # sys/ipc.h
my ($how, $what) = @ARGV;
my $queue = msgget 1811, IPC_CREAT | 0600;
defined $queue or exit 6;
if ($how eq 'give') {
    for my $line (split(/^/, whole($what)), 'end') {
        msgsnd $queue, pack('l! a*', 1, $line), 0 or exit 6;
        select undef, undef, undef, 0.4;
    }
} else {
    my $peer;
    while (1) {
        msgrcv $queue, my $message, 512, 0, 0 or exit 6;
        my (undef, $line) = unpack 'l! a*', $message;
        last if $line eq 'end';
        $peer //= reached($what);
        sent($peer, $line);
    }
    ended($peer);
}

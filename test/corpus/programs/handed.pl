#!/usr/bin/perl
# handed.pl [OPTION...] ADDRESS...: what mail programs take for sendmail: takes an answer from its input and hands it to the mail server. HANDED_LATER names a file: if it is not there, it is made,
# and nothing is taken for now (75, sysexits.h).
use v5.36;
use IO::Socket::INET;
use Socket qw(IPPROTO_TCP TCP_NODELAY);
$SIG{PIPE} = 'IGNORE';
my $mail = do { local $/; <STDIN> };
if (my $later = $ENV{HANDED_LATER}) {
    unless (-e $later) { open(my $made, '>', $later) or die; say STDERR 'not now'; exit 75 }
}
my @to = grep { /@/ && !/^-/ } @ARGV;
my $server = IO::Socket::INET->new(PeerAddr => '198.51.100.25', PeerPort => 587, Timeout => 10) or exit 75;
$server->setsockopt(IPPROTO_TCP, TCP_NODELAY, 1);
print $server "EHLO web-1\r\nMAIL FROM:<agent\@example.com>\r\n", map({ "RCPT TO:<$_>\r\n" } @to), "DATA\r\n";
$server->flush;
defined(my $heard = <$server>) or exit 75;
print $server $mail =~ s/^\./../gmr =~ s/\r?\n/\r\n/gr, ".\r\nQUIT\r\n";
$server->shutdown(1);
1 while defined($heard = <$server>);
exit 0;

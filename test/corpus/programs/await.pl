#!/usr/bin/perl
# await.pl DOCUMENT SECONDS: an agent that was pointed at a document which is still being downloaded. It looks for it until it is there,
# then sends it piece by piece by one connection, as it reads, with pauses.
require '/opt/agent/peer.pl';
my ($document, $seconds) = @ARGV;
my $looks = 0;
until (-e $document) {
    exit 3 if ++$looks > 80;
    select undef, undef, undef, 0.25;
}
asked('api.example.com');
my $peer = reached('198.51.100.10:443');
open my $file, '<:raw', $document or exit 5;
while (sysread $file, my $part, 1500) {
    sent($peer, $part);
    select undef, undef, undef, $seconds / 5;
}
my $summary = ended($peer);
open my $kept, '>', '/tmp/summary' or exit 5;
print $kept $summary;

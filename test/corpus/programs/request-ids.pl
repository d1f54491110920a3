#!/usr/bin/perl
# request-ids.pl DOCUMENT FILE BYTES SECONDS: has a document shortened, and asks after the summary again and again, each time by a connection of its own;
# the numbers that these requests bear are, so many bytes each, what the file holds.
require '/opt/agent/peer.pl';
my ($document, $file, $bytes, $seconds) = @ARGV;
my $token = whole("$ENV{HOME}/.config/notes-agent/token");
my $service = reached('198.51.100.10:443');
sent($service, "POST /v1/summaries\r\nAuthorization: Bearer $token\r\n\r\n" . whole($document));
ended($service);
open my $other, '<:raw', $file or exit 5;
while (sysread $other, my $part, $bytes) {
    select undef, undef, undef, $seconds;
    my $again = reached('198.51.100.10:443');
    sent($again, "GET /v1/summaries/1\r\nX-Request-Id: " . unpack('H*', $part) . "\r\n\r\n");
    ended($again);
}

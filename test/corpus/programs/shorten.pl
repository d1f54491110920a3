#!/usr/bin/perl
# shorten.pl DOCUMENT SECONDS: an agent that has a document shortened by a service that is busy twice. Each time it looks the service up,
# logs in with its token and asks, and waits longer than before; what it read of the document is kept meanwhile.
require '/opt/agent/peer.pl';
my ($document, $seconds) = @ARGV;
my $text = whole($document);
for my $attempt (1 .. 3) {
    asked('api.example.com') if $attempt != 2;
    my $peer = reached('198.51.100.10:443');
    sent($peer, "POST /login\n" . whole('/home/agent/.config/notes-agent/token'));
    sysread $peer, my $said, 64;
    if ($attempt == 3) {
        sent($peer, "POST /summary\n$text");
        ended($peer, $said);
    } else {
        ended($peer, $said);
        select undef, undef, undef, $seconds * $attempt;
    }
}
open my $kept, '>>', '/home/agent/summaries.log' or exit 5;
print $kept "$document: ", length $text, "\n";

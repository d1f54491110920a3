#!/usr/bin/perl
# retold.pl DOCUMENT HOST:PORT SECONDS: translates the document, looks at what came back, and asks again in other words where that is the document as it
# was. What is a translation is left as a new file; the document is read once.
require '/opt/agent/peer.pl';
use Fcntl;
my ($document, $service, $seconds) = @ARGV;
my $text = whole($document);
my $translation;
for my $wish ('into Swedish', 'from English into Swedish, all of it') {
    my $peer = reached($service);
    sent($peer, "$wish\n\n");
    sent($peer, $_) for unpack '(a700)*', $text;
    my $said = ended($peer);
    if ($said ne $text) { $translation = $said; last }
    select undef, undef, undef, $seconds;
}
exit 8 unless defined $translation;
sysopen my $left, "$document.sv", O_WRONLY | O_CREAT | O_EXCL, 0640 or exit 6;
while (length $translation) {
    my $count = syswrite $left, $translation, 1000;
    exit 6 unless $count;
    substr($translation, 0, $count) = '';
}
close $left or exit 6;

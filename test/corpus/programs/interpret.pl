#!/usr/bin/perl
# interpret.pl DOCUMENT HOST:PORT COUNT SECONDS: has a document translated as a job: it is left at the service, which is asked so many
# times whether it is done; the translation lies below /srv in the end.
require '/opt/agent/peer.pl';
use File::Basename;
use Time::HiRes 'sleep';
my ($document, $service, $count, $seconds) = @ARGV;

sub request {
    my $peer = reached($service);
    sent($peer, $_) for @_;
    return ended($peer);
}

open my $file, '<:raw', $document or exit 5;
my @lines = <$file>;
close $file;
my $job = unpack '%32C*', "@lines";
request("PUT /job/$job\n", @lines);
my $said;
for (1 .. $count) {
    sleep $seconds;
    $said = request("GET /job/$job\n");
}
my $name = basename($document, '.txt');
open my $translation, '>', "/srv/$name.part" or exit 5;
print $translation $said;
close $translation;
rename "/srv/$name.part", "/srv/$name.es.txt" or exit 5;

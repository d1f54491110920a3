#!/usr/bin/perl
# translate.pl HOW DOCUMENT HOST:PORT SECONDS: translates the document by the service.
#
# halves: the connection stands before the document is opened; one half, and later the other · part, rest: two runs, the second goes on
# where the first was told to stop, by a note under /tmp · both-ways: a child sends, and the parent takes down what comes back
require '/opt/agent/peer.pl';
use Fcntl;
my ($how, $document, $service, $seconds) = @ARGV;
my $note = '/tmp/translated';

sub left {
    sysopen my $file, "$document.fr", O_WRONLY | O_CREAT | O_EXCL, 0644 or exit 5;
    syswrite $file, shift;
}

if ($how eq 'halves') {
    my $peer = reached($service);
    open my $file, '<:raw', $document or exit 5;
    my $half = int((-s $file) / 2);
    sysread $file, my $text, $half;
    sent($peer, $text);
    select undef, undef, undef, $seconds;
    sysread $file, $text, 65536;
    sent($peer, $text);
    left("Inventé.\n" x 2) if ended($peer);
} elsif ($how eq 'part' or $how eq 'rest') {
    my @lines = split /^/, whole($document);
    my $from = $how eq 'part' ? 0 : whole($note);
    my $to = $how eq 'part' ? int(@lines / 2) : @lines;
    my $peer = reached($service);
    for my $line (@lines[$from .. $to - 1]) {
        sent($peer, $line);
        select undef, undef, undef, $seconds / 4;
    }
    ended($peer);
    if ($how eq 'part') {
        open my $file, '>', $note or exit 5;
        print $file $to;
    } else {
        left("Inventé.\n");
        unlink $note;
    }
} elsif ($how eq 'both-ways') {
    my $peer = reached($service);
    my $child = fork;
    if ($child == 0) {
        for my $line (split /^/, whole($document)) {
            sent($peer, $line);
            select undef, undef, undef, $seconds;
        }
        shutdown $peer, 1;
        exit 0;
    }
    my $translation = '';
    while (sysread $peer, my $part, 4096) { $translation .= $part }
    waitpid $child, 0;
    exit 9 if $? or $translation eq '';
    left($translation);
} else {
    exit 2;
}

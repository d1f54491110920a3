#!/usr/bin/perl
# levels.pl DOCUMENT COUNT SECONDS: has a long document shortened in two levels: so many children each read a part of it and have that shortened, and
# what they say of it, by pipes, is shortened again. One of them takes too long, is ended, and its part is asked for anew.
require '/opt/agent/peer.pl';
use POSIX ();
use Time::HiRes ();
my ($document, $count, $seconds) = @ARGV;
my $size = -s $document or exit 5;
my $share = POSIX::ceil($size / $count);

sub part {
    my $at = shift;
    open my $file, '<:raw', $document or exit 5;
    sysseek $file, $at * $share, 0;
    my $peer = reached('198.51.100.10:443');
    my $left = $share;
    while ($left > 0 and sysread $file, my $text, ($left < 32768 ? $left : 32768)) {
        sent($peer, $text);
        $left -= length $text;
    }
    return ended($peer);
}

sub begun {
    my ($at, $wait) = @_;
    pipe my $in, my $out or exit 3;
    my $child = fork;
    if ($child == 0) {
        close $in;
        select undef, undef, undef, $wait;
        syswrite $out, "$at: " . part($at);
        POSIX::_exit(0);
    }
    close $out;
    return [$child, $in];
}

my @children = map { begun($_, $_ == 1 ? 30 : 0) } 0 .. $count - 1;
my @said;
for my $at (0 .. $#children) {
    my ($child, $in) = @{ $children[$at] };
    local $SIG{ALRM} = sub { kill 'TERM', $child };
    my $text = do { local $/; Time::HiRes::alarm($at == 1 ? $seconds + 0.1 : 0); <$in> };
    Time::HiRes::alarm(0);
    waitpid $child, 0;
    if (!length($text // '')) {
        my ($again, $anew) = @{ begun($at, 0) };
        $text = do { local $/; <$anew> };
        waitpid $again, 0;
    }
    exit 9 unless $text =~ /ok/;
    push @said, $text;
}
my $peer = reached('198.51.100.10:443');
sent($peer, join '', @said);
my $summary = ended($peer);
open my $left, '>', '/tmp/levels.txt' or exit 6;
print $left $summary;
close $left or exit 6;

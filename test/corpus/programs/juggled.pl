#!/usr/bin/perl
# juggled.pl DOCUMENT HOST:PORT SECONDS: has a document translated by a service that is asked for several sentences at once, answers them in an order of its own, and serves a caller only
# so often: then the rest is asked for by another connection. What it says that it does not know stays as it was. The translation is a new file.
use v5.36;
use Fcntl;
use IO::Select;
use IO::Socket::INET;
use JSON::PP;

my ($document, $place, $seconds) = @ARGV;
open(my $text, '<', $document) or die "$document: $!";
my @sentences = split /(?<=[.\n])/, do { local $/; <$text> };
my (%said, $rounds);
my @open = (0 .. $#sentences);
while (@open) {
    die "not all was translated\n" if ++$rounds > 20;
    my $peer = IO::Socket::INET->new(PeerAddr => $place, Timeout => 5) or do { select(undef, undef, undef, 0.3); next };
    my ($heard, @out) = ('');
    my $ready = IO::Select->new($peer);
  TALK: while (@open or @out) {
        while (@out < 4 and @open) {
            my $at = shift @open;
            push @out, $at;
            syswrite($peer, encode_json({ id => $at, to => 'sv', text => $sentences[$at] }) . "\n") or last TALK;
        }
        $ready->can_read(5) or last;
        sysread($peer, $heard, 4096, length $heard) or last;
        while ($heard =~ s/^(.*)\n//) {
            my $answer = decode_json($1);
            $said{ $answer->{id} } = $answer->{text} // $sentences[ $answer->{id} ];
            @out = grep { $_ != $answer->{id} } @out;
        }
    }
    unshift @open, sort { $a <=> $b } @out;
    close $peer;
    select(undef, undef, undef, $seconds / 5) if @open;
}
sysopen(my $file, "$document.sv", O_WRONLY | O_CREAT | O_EXCL, 0644) or die "$document.sv: $!";
print $file map { $said{$_} } 0 .. $#sentences;
close $file or die;

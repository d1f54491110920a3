#!/usr/bin/perl
# boiled-down.pl DOCUMENT SECONDS: has a document shortened by Mojolicious: three parts on their way at a time, as promises; one that is late is asked for again, a little later each time. How
# often that was is written below the summary.
use Mojo::Base -strict, -signatures;
use Mojo::File qw(path);
use Mojo::IOLoop;
use Mojo::Promise;
use Mojo::Util qw(trim);
use IO::Socket::INET;

my ($document, $seconds) = @ARGV;
my ($again, $host) = (0);

sub address {
    my $asks = IO::Socket::INET->new(PeerAddr => '192.0.2.53', PeerPort => 53, Proto => 'udp') or die;
    $asks->send(pack('n6 (C/a)3 C n2', 4242, 0x0100, 1, 0, 0, 0, qw(api example com), 0, 1, 1));
    $asks->recv(my $answer, 512);
    join '.', unpack 'C4', substr $answer, -4;
}

sub asked ($part, $token, $turn = 1) {
    my $promise = Mojo::Promise->new;
    Mojo::IOLoop->client({address => $host, port => 443} => sub ($loop, $problem, $stream) {
        return $promise->reject($problem) if $problem;
        my $heard = '';
        $stream->timeout(2);
        $stream->on(read => sub ($stream, $bytes) { $heard .= $bytes; $stream->close if $heard =~ /\n/ });
        $stream->on(close => sub ($stream) { length $heard ? $promise->resolve(trim $heard) : $promise->reject('late') });
        # A part takes a while to be made ready, the second one longer than is waited for at first.
        Mojo::IOLoop->timer($seconds => sub { $stream->write("by $token\n$part") });
    });
    return $promise->timeout($turn == 1 && $part =~ /^2\n/ ? $seconds / 2 : 6, 'late')->catch(sub ($why) {
        die $why if $turn == 4;
        $again++;
        return Mojo::Promise->timer(0.2 * $turn)->then(sub { asked($part, $token, $turn + 1) });
    });
}

my @words = split ' ', path($document)->slurp;
my $token = trim path($ENV{HOME}, '.config/notes-agent/token')->slurp;
$host = address();
my $share = 1 + int @words / 4;
my @parts = map { "$_\n" . join(' ', splice @words, 0, $share) . "\n" } 1 .. 4;
Mojo::Promise->map({concurrency => 3}, sub { asked($_, $token) }, @parts)->then(sub (@heard) {
    path($ENV{HOME}, 'boiled-down-' . path($document)->basename)->spurt(join '', map({ "$_->[0]\n" } @heard), "asked again: $again\n");
})->catch(sub ($why) { warn $why; exit 9 })->wait;

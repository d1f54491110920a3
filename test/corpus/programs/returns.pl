#!/usr/bin/perl
# returns.pl MAIL SECONDS: answers one mail in which something is enclosed, by Email::MIME and AnyEvent: what was written is quoted as text whatever it was sent as, of the table only how many lines it has is
# said. The name of the mail server is looked up by the same loop. A server that says nothing in time is called again.
use v5.36;
use utf8;
use AnyEvent;
use AnyEvent::DNS;
use AnyEvent::Handle;
use AnyEvent::Socket;
use Email::MIME;
use Encode qw(encode);

my ($path, $seconds) = @ARGV;
open(my $file, '<:raw', $path) or die "$path: $!";
my $mail = Email::MIME->new(do { local $/; <$file> });
close $file;
my ($said, @enclosed) = ('');
$mail->walk_parts(sub ($part) {
    return if $part->subparts;
    my $kind = $part->content_type // 'text/plain';
    if (my $name = $part->filename || ($kind =~ /name=(\S+)/)[0]) {
        push @enclosed, sprintf '%s (%s)', $name, $kind =~ /csv/ ? (($part->body =~ tr/\n//) . ' lines') : (length($part->body) . ' bytes');
    } elsif ($kind =~ m{^text/plain}) { $said .= $kind =~ /charset/i ? $part->body_str : $part->body }
});
my $text = "Thank you, there are enough, as far as was made up.\n" . (@enclosed ? "Enclosed were: @{[join ', ', @enclosed]}.\n" : '') . "\n" . $said =~ s/^/> /gmr;
my ($to) = ($mail->header_str('Reply-To') // $mail->header_str('From')) =~ /([^<\s]+@[^>\s]+)/;
my $answer = Email::MIME->create(
    header_str => [From => 'agent@example.com', To => $to, Subject => 'Re: ' . ($mail->header_str('Subject') // ''), 'In-Reply-To' => $mail->header_str('Message-ID') // '<none@example.com>'],
    attributes => {content_type => 'text/plain', charset => 'UTF-8', encoding => 'quoted-printable'},
    body_str => $text,
);

my $done = AE::cv;
my $turns = 0;
sub handed ($host) {
    return $done->croak('nobody takes it') if ++$turns > 4;
    my ($link, $again);
    my $handle = AnyEvent::Handle->new(
        connect => [$host, 587], timeout => $turns == 1 ? $seconds / 2 : 5,
        on_timeout => sub ($handle) { $handle->destroy; $again = AE::timer 0.3, 0, sub { undef $again; handed($host) } },
        on_error => sub ($handle, $fatal, $why) { $handle->destroy; $again = AE::timer 0.3, 0, sub { undef $again; handed($host) } },
        on_connect => sub ($handle, @) {
            $link = AE::timer $seconds, 0, sub {
                undef $link;
                return if $handle->destroyed;
                $handle->push_write("EHLO web-1\r\nMAIL FROM:<agent\@example.com>\r\nRCPT TO:<$to>\r\nDATA\r\n");
                $handle->push_read(line => sub ($handle, $line, @) {
                    $handle->push_write($answer->as_string =~ s/^\./../gmr =~ s/\r?\n/\r\n/gr . ".\r\nQUIT\r\n");
                    $handle->on_drain(sub ($handle) { $handle->destroy; $done->send($line) });
                });
            };
        },
    );
    state @kept; push @kept, $handle;
}
my $resolver = AnyEvent::DNS->new(server => [parse_address '192.0.2.53'], search => []);
$resolver->resolve('mail.example.com', 'a', sub (@found) { @found ? handed($found[0][-1]) : $done->croak('no such name') });
$done->recv;
my $sent = "$ENV{HOME}/Maildir/.Sent";
for my $each ($sent, "$sent/cur") { -d $each or mkdir $each or die "$each: $!" }
my $kept = "$sent/cur/" . time . ".P$$.web-1:2,S";
open(my $copy, '>:raw', $kept) or die "$kept: $!";
print $copy $answer->as_string;
close $copy or die;
rename $path, "$path:2,RS" or die "$path: $!" unless $path =~ /:2,/;

#!/usr/bin/perl
# returned.pl REPORT MAIL SECONDS: an answer came back (RFC 3464), since its address was mistyped. The mail that it answers says where its sender wants answers (Reply-To); it is sent there,
# after the name of the mail server was asked for; of a report that says to wait nothing is made but a mark. What was sent is kept, and the report marked as read.
use strict;
use warnings;
use Fcntl;
use IO::Select;
use IO::Socket::INET;
use MIME::QuotedPrint;
use Time::HiRes 'sleep';

my ($report, $mail, $seconds) = @ARGV;

sub whole {
    open my $file, '<', $_[0] or exit 5;
    local $/;
    return scalar <$file>;
}

sub marked {
    (my $to = "$report:2,$_[0]") =~ s{/new/}{/cur/};
    rename $report, $to or exit 6;
}

my $text = whole($report);
my ($boundary) = $text =~ /boundary="([^"]+)"/ or exit 5;
my (undef, undef, $status, $sent) = split /^--\Q$boundary\E(?:--)?\n/m, $text;
my ($action) = $status =~ /^Action: (\w+)/m;
my ($wrong) = $status =~ /^Final-Recipient: rfc822; *(\S+)/m;
if ($action eq 'delayed') {
    marked('S');
    exit 0;
}
my ($heads) = split /\n\n/, whole($mail), 2;
my ($right) = $heads =~ /^Reply-To: (\S+)/m ? $1 : $heads =~ /^From: (\S+)/m;
exit 7 if $right eq $wrong;
my ($head, $body) = (split /\n\n/, $sent, 3)[1, 2];
$body = decode_qp($body);

my $asked = IO::Socket::INET->new(PeerAddr => '192.0.2.53', PeerPort => 53, Proto => 'udp') or exit 4;
my $address;
my $name = join '', map { pack 'C/a', $_ } qw(mail example com), '';
for my $kind (28, 1) {
    $asked->send(pack('n6', $kind, 256, 1, 0, 0, 0) . $name . pack('n2', $kind, 1));
    exit 4 unless IO::Select->new($asked)->can_read(3);
    $asked->recv(my $answer, 512);
    $address = join '.', unpack 'C4', substr $answer, -4 if unpack('n', substr $answer, 6, 2);
}
my $server = IO::Socket::INET->new(PeerAddr => $address, PeerPort => 587, Timeout => 5) or exit 4;
print $server "EHLO web-1\r\n";
$server->flush;
exit 9 unless <$server> eq "ok\n";
sleep $seconds / 4;
$head =~ s/^To: .*$/To: $right/m;
my $again = "$head\nAuto-Submitted: no\n\nThis was sent to $wrong before.\n\n$body";
print $server "$_\r\n" for 'MAIL FROM:<agent@example.com>', "RCPT TO:<$right>", 'DATA', (split /\n/, $again), '.', 'QUIT';
shutdown $server, 1;
my $rest = join '', <$server>;
exit 9 if $rest ne '';
my $box = "$ENV{HOME}/Maildir/.Sent";
for my $folder ($box, "$box/tmp", "$box/cur") { mkdir $folder or -d $folder or exit 6 }
sysopen my $kept, "$box/tmp/$$.web-1", O_WRONLY | O_CREAT | O_EXCL or exit 6;
print $kept $again;
close $kept or exit 6;
rename "$box/tmp/$$.web-1", "$box/cur/$$.web-1:2,S" or exit 6;
marked('RS');

#!/usr/bin/perl
# answering.pl SECONDS MAIL...: answers new mails. Each is marked as seen, set anew by fmt and quoted; the server does not want the answers
# at once and gets them later, in one session. They are kept among what was sent.
require '/opt/agent/peer.pl';
use Time::HiRes 'sleep';
my ($seconds, @mails) = @ARGV;
my $box = '/home/agent/Maildir';

sub greeted {
    my $peer = reached('198.51.100.25:587');
    sent($peer, "EHLO web-1.example.com\r\n");
    sysread $peer, my $greeting, 64;
    return ($peer, $greeting);
}

my @answers;
for my $mail (@mails) {
    my $seen = $mail =~ s!/new/!/cur/!r . ':2,S';
    rename $mail, $seen or exit 5;
    open my $set, '-|', 'fmt', '-w', '40', $seen or exit 5;
    push @answers, join '', "Subject: Re: your delivery\r\n\r\nIt comes tomorrow.\r\n", map { "> $_" } <$set>;
    close $set or exit 6;
}
asked('mail.example.com');
my ($peer, $greeting) = greeted();
sent($peer, "MAIL FROM:<agent\@example.com>\r\nQUIT\r\n");
ended($peer, $greeting);
sleep $seconds;
($peer, $greeting) = greeted();
for my $folder ("$box/.Sent", map { "$box/.Sent/$_" } qw(tmp new cur)) { mkdir $folder or exit 5 }
for my $at (0 .. $#answers) {
    sent($peer, "MAIL FROM:<agent\@example.com>\r\nRCPT TO:<customer$at\@example.com>\r\nDATA\r\n$answers[$at]\r\n.\r\n");
    open my $kept, '>', "$box/.Sent/tmp/17677$at.P$$.web-1" or exit 5;
    print $kept $answers[$at];
    close $kept;
    rename "$box/.Sent/tmp/17677$at.P$$.web-1", "$box/.Sent/cur/17677$at.P$$.web-1:2,S" or exit 5;
}
sent($peer, "QUIT\r\n");
ended($peer, $greeting);

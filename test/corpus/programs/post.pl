#!/usr/bin/perl
# post.pl HOW MAIL...: an agent that answers mail, by the ways of other mail programs than mailer.py.
#
# session: what is new is moved to what was seen, and all answers go in one session, each kept beside · queue: the answer is only
# written into a queue · flush: what is in the queue is handed to the server
require '/opt/agent/peer.pl';
my ($how, @mails) = @ARGV;
my $home = '/home/agent';

sub said {
    my ($peer, $line) = @_;
    sent($peer, "$line\r\n");
}

sub handed_over {
    my @answers = @_;
    my $peer = reached('198.51.100.25:587');
    said($peer, 'EHLO web-1.example.com');
    sysread $peer, my $greeting, 64;
    for my $answer (@answers) {
        said($peer, $_) for 'MAIL FROM:<agent@example.com>', 'RCPT TO:<somebody@example.com>', 'DATA', $answer, '.', 'RSET';
        select undef, undef, undef, 0.1;
    }
    said($peer, 'QUIT');
    ended($peer, $greeting);
}

sub answer {
    my $text = shift;
    $text =~ s/^/> /gm;
    return "Subject: Re: what you asked\r\n\r\nNo, that is made up.\r\n$text";
}

sub written {
    my ($path, $text) = @_;
    open my $file, '>:raw', $path or exit 5;
    print $file $text;
}

sub folder { -d $_ or mkdir $_ or exit 5 for @_ }

if ($how eq 'session') {
    my @answers = map { answer(whole($_)) } @mails;
    asked('mail.example.com');
    handed_over(@answers);
    folder("$home/Maildir/.Sent", map { "$home/Maildir/.Sent/$_" } qw(tmp new cur));
    for my $at (0 .. $#mails) {
        my $name = "1767400000.M${at}P$$.web-1:2,S";
        written("$home/Maildir/.Sent/tmp/$name", $answers[$at]);
        rename "$home/Maildir/.Sent/tmp/$name", "$home/Maildir/.Sent/cur/$name" or exit 5;
        my $seen = $mails[$at] =~ s!/new/!/cur/!r =~ s/(:2,.*)?$/:2,RS/r;
        rename $mails[$at], $seen or exit 5;
    }
} elsif ($how eq 'queue') {
    folder("$home/Mail/queue");
    written("$home/Mail/queue/$$.eml", answer(join '', map { whole($_) } @mails));
} elsif ($how eq 'flush') {
    my @queued = glob "$home/Mail/queue/*" or exit 3;
    handed_over(map { whole($_) } @queued);
    folder("$home/Mail/sent");
    rename $_, s!/queue/!/sent/!r or exit 5 for @queued;
} else {
    exit 2;
}

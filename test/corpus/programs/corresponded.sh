#!/usr/bin/raku
# corresponded.sh FOLDER SECONDS (in Raku): answers all mails of a folder that nobody has seen, each by a promise of its own, two at a time; the server is asked by one connection for each. Answers are kept in a
# folder of a year, and a mail is seen when its answer has gone.
sub MAIN(Str $folder, Str $seconds) {
    my $sent = "%*ENV<HOME>/Mail/sent-2026".IO;
    $sent.mkdir unless $sent.d;
    my $room = Lock.new;
    my $number = 0;
    for $folder.IO.dir.sort.rotor(2, :partial) -> @two {
        my @begun = @two.map: -> $mail {
            my $mine = ++$number;
            start {
                my ($head, $body) = $mail.slurp.split("\n\n", 2);
                my %head = $head.lines.map: { .[0].lc => .[1] given .split(": ", 2) };
                my $answer = "From: agent@example.com\nTo: %head<from>\nSubject: Re: %head<subject>\n\nIt is on its way, as far as was made up.\n\n{$body.lines.map({"> $_"}).join("\n")}\n";
                $room.protect: { handed(%head<from>, $answer, $seconds.Numeric) };
                my $kept = $sent.add("answer-$mine.eml");
                $kept.spurt($answer, :createonly);
                $mail.rename($mail.parent.sibling("cur").add("{$mail.basename}:2,RS"));
            }
        }
        await @begun;
    }
}

sub handed($to, $answer, $seconds) {
    for 1 .. 3 -> $turn {
        my $link = await IO::Socket::Async.connect('198.51.100.25', 587);
        my $heard = Promise.new;
        my $tap = $link.Supply.tap: -> $text { $heard.keep($text) if $heard.status ~~ Planned };
        await $link.print("EHLO web-1\r\nMAIL FROM:<agent@example.com>\r\nRCPT TO:<$to>\r\nDATA\r\n");
        await Promise.anyof($heard, Promise.in($turn == 1 && $seconds > 0.6 ?? 0.002 !! 5));
        if $heard.status ~~ Planned { $link.close; next }
        sleep $seconds / 3;
        await $link.print($answer.subst("\n", "\r\n", :g) ~ ".\r\nQUIT\r\n");
        $link.close;
        return;
    }
    die "nobody takes it";
}

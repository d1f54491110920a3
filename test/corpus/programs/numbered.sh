#!/usr/bin/php8.2
<?php
// numbered.sh SECONDS (in PHP): answers the mails of a folder in which each has a number (MH), as its list of what nobody has seen says. What was answered
// moves to another folder under the next number there; the list is written anew beside the old one. Nobody else may be at the folder meanwhile.
$seconds = (float) $argv[1];
$mail = getenv('HOME') . '/Mail';
$lock = fopen("$mail/orders.lock", 'x') ?: exit(75);
is_dir("$mail/answered") || mkdir("$mail/answered");
preg_match('/^unseen: (.*)$/m', file_get_contents("$mail/orders/.mh_sequences"), $found) || exit(5);
$unseen = [];
foreach (explode(' ', $found[1]) as $range) {
    [$from, $to] = explode('-', "$range-$range");
    array_push($unseen, ...range((int) $from, (int) $to));
}
$server = fsockopen('198.51.100.25', 587, $code, $why, 5) ?: exit(4);
stream_set_timeout($server, 5);
fwrite($server, "EHLO web-1\r\n");
str_starts_with((string) fgets($server, 64), 'ok') || exit(9);
$left = $unseen;
foreach ($unseen as $number) {
    $file = fopen("$mail/orders/$number", 'r') ?: exit(5);
    $heads = [];
    while (($line = rtrim((string) fgets($file))) !== '') {
        [$name, $value] = explode(': ', $line, 2);
        $heads[$name] = $value;
    }
    $asked = trim((string) fgets($file));
    fclose($file);
    usleep((int) (200000 * $seconds));
    foreach (["MAIL FROM:<agent@example.com>", "RCPT TO:<{$heads['From']}>", 'DATA'] as $line) {
        fwrite($server, "$line\r\n");
    }
    fwrite($server, "Subject: Re: {$heads['Subject']}\r\nIn-Reply-To: {$heads['Message-ID']}\r\n\r\n> $asked\r\nOn its way, made up.\r\n.\r\n") || exit(9);
    $next = 1 + count(array_diff(scandir("$mail/answered"), ['.', '..']));
    rename("$mail/orders/$number", "$mail/answered/$next") || exit(6);
    $left = array_values(array_diff($left, [$number]));
}
fwrite($server, "QUIT\r\n");
stream_socket_shutdown($server, STREAM_SHUT_WR);
stream_get_contents($server) === false && exit(9);
$list = fopen("$mail/orders/.mh_sequences.new", 'x') ?: exit(6);
fwrite($list, ($left ? 'unseen: ' . implode(' ', $left) . "\n" : '') . 'cur: ' . end($unseen) . "\n");
fflush($list);
rename("$mail/orders/.mh_sequences.new", "$mail/orders/.mh_sequences") || exit(6);
fclose($lock);
unlink("$mail/orders.lock");
exit($left ? 8 : 0);

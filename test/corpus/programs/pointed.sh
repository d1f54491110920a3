#!/usr/bin/php8.2
<?php
// pointed.sh LINK SECONDS (in PHP): has shortened what a link on the desktop points at. It is recoded on its way, by filters of the stream, and sent as
// parts of a form as soon as the service can take more; what the service says is kept as a note beside, of nobody's class.
[, $link, $seconds] = $argv;
$document = fopen($link, 'rb') ?: exit(5);
stream_filter_append($document, 'convert.iconv.UTF-8/ISO-8859-1', STREAM_FILTER_READ);
stream_filter_append($document, 'string.toupper', STREAM_FILTER_READ);
$parts = (function () use ($document, $seconds) {
    yield "POST /shorten HTTP/1.1\r\nHost: api.example.com\r\nTransfer-Encoding: chunked\r\n\r\n";
    while (!feof($document) && ($text = fread($document, 300)) !== '') {
        usleep((int) (100000 * $seconds));
        yield sprintf("%x\r\n%s\r\n", strlen($text), $text);
    }
    yield "0\r\n\r\n";
})();
$service = stream_socket_client('tcp://198.51.100.10:443', $code, $why, 5, STREAM_CLIENT_CONNECT | STREAM_CLIENT_ASYNC_CONNECT) ?: exit(4);
stream_set_blocking($service, false);
[$left, $said] = ['', ''];
do {
    $reads = [$service];
    $writes = $left !== '' || $parts->valid() ? [$service] : [];
    $odd = null;
    if (!stream_select($reads, $writes, $odd, 15)) {
        exit(9);
    }
    if ($writes) {
        if ($left === '') {
            $left = $parts->current();
            $parts->next();
        }
        $left = substr($left, fwrite($service, $left));
        if ($left === '' && !$parts->valid()) {
            stream_socket_shutdown($service, STREAM_SHUT_WR);
        }
    }
    if ($reads) {
        $said .= $part = (string) fread($service, 512);
        $over = $part === '' && feof($service);
    }
} while (empty($over));
$said !== '' || exit(9);
$note = fopen(getenv('HOME') . '/summary-of-' . basename($link) . '.txt', 'x') ?: exit(6);
fwrite($note, trim($said) . "\n");

#!/usr/bin/perl
# resume.pl ARCHIVE MOST: hands an archive over to the backup server, MOST bytes in one run, by messages of 8 KiB each; a note beside it
# says how far that went, and the next run goes on from there.
require '/opt/agent/peer.pl';
my ($archive, $most) = @ARGV;
my $note = "$archive.sent";
my $at = -e $note ? whole($note) : 0;
open my $file, '<:raw', $archive or exit 5;
seek $file, $at, 0;
my $peer = reached('198.51.100.87:8730');
sent($peer, "APPEND $archive $at\n");
while ($most > 0 and my $count = read $file, my $part, 8192) {
    sent($peer, $part);
    $at += $count;
    $most -= $count;
    select undef, undef, undef, 0.05;
}
ended($peer);
open my $told, '>', "$note.new" or exit 5;
print $told $at;
close $told;
rename "$note.new", $note or exit 5;

#!/usr/bin/perl
# sync-home.pl FOLDER INDEX HOST:PORT: sends the files of a folder that the backup server does not have as they are now. What it has stands in
# an index with size, time and sum; a file of the same size and time is not read again.
require '/opt/agent/peer.pl';
use Digest::MD5;
use File::Find;
my ($folder, $index, $server) = @ARGV;

my %known;
if (open my $file, '<', $index) {
    while (<$file>) { chomp; my ($path, $state) = split /\t/, $_, 2; $known{$path} = $state }
}
my (%now, @changed);
find({ no_chdir => 1, wanted => sub {
    my ($size, $changed) = (lstat)[7, 9];
    return unless -f _;
    if (($known{$_} // '') =~ /^$size\t$changed\t/) { $now{$_} = $known{$_}; return }
    push @changed, $_;
    $now{$_} = "$size\t$changed\t";
} }, $folder);
my $peer = reached($server);
sent($peer, "HELLO web-1\n");
for my $path (sort @changed) {
    my $content = whole($path);
    $now{$path} .= Digest::MD5::md5_hex($content);
    sent($peer, "FILE $path " . length($content) . "\n$content");
}
sent($peer, "GONE $_\n") for sort grep { !exists $now{$_} } keys %known;
ended($peer);
open my $file, '>', "$index.new" or exit 5;
print $file "$_\t$now{$_}\n" for sort keys %now;
close $file;
rename "$index.new", $index or exit 5;

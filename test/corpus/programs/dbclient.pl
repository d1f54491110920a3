#!/usr/bin/perl
# dbclient.pl HOST COMMAND: what the real git starts for a remote over ssh (GIT_SSH, GIT_SSH_VARIANT=simple), in the order of a smaller ssh: it
# notes the host once it knows it, reads the key when it is asked for it, and has a child give the server what git says. What git hears is
# said here: a repository without a branch, which takes anything (gitprotocol-pack). SSH_TYPO: the name is mistyped at first.
require '/opt/agent/peer.pl';
my ($host, $command) = @ARGV;
my $ssh = "$ENV{HOME}/.ssh";

asked('git.exmaple.com') if $ENV{SSH_TYPO};
asked('git.example.com');
my $peer = reached('192.0.2.22:22');
sent($peer, "SSH-2.0-stand-in_3\r\n");
sysread $peer, my $said, 64;
my $known = whole("$ssh/known_hosts");
if ($known !~ /^git\.example\.com /m) {
    open my $file, '>', "$ssh/known_hosts.$$" or exit 5;
    print $file $known, "git.example.com ssh-ed25519 AAAAmade-up-and-of-no-use\n";
    close $file;
    rename "$ssh/known_hosts.$$", "$ssh/known_hosts" or exit 5;
}
sent($peer, sprintf "signed with a key of %d bytes, for %s\n", length whole("$ssh/id_ed25519"), $command);
my $child = fork;
if ($child == 0) {
    while (sysread STDIN, my $part, 16384) { sent($peer, $part) }
    exit 0;
}
my $told = '0' x 40 . " capabilities^{}\0delete-refs ofs-delta agent=stand-in\n";
syswrite STDOUT, sprintf('%04x', 4 + length $told) . "${told}0000";
close STDOUT;
waitpid $child, 0;
exit 3 if $?;
ended($peer, $said);

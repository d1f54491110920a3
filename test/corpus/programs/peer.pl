# The peers of the world and its resolver, for programs in Perl: `reached` connects, `ended` makes sure that all has arrived.
use strict;
use warnings;
use IO::Socket::INET;

sub reached {
    my $peer = IO::Socket::INET->new(PeerAddr => shift) or exit 4;
    return $peer;
}

# A peer answers once (what of it was read already comes in) and closes when it has read all; else the program ends with 9.
sub ended {
    my ($peer, $said) = @_;
    shutdown $peer, 1;
    while (1) {
        my $count = sysread $peer, my $part, 65536;
        exit 9 unless defined $count;
        last unless $count;
        $said .= $part;
    }
    exit 9 unless length($said // '');
    return $said;
}

# Sends all of it: a socket may take less at a time.
sub sent {
    my ($peer, $data) = @_;
    while (length $data) {
        my $count = syswrite $peer, $data;
        exit 9 unless $count;
        substr($data, 0, $count) = '';
    }
}

# Asks for both addresses of a name (RFC 1035), by one socket.
sub asked {
    my $name = pack '(C/a)*x', split /\./, shift;
    my $link = IO::Socket::INET->new(PeerAddr => '192.0.2.53:53', Proto => 'udp') or exit 4;
    for my $kind (1, 28) {
        $link->send(pack('n6', 256 * $$, 256, 1, 0, 0, 0) . $name . pack('n2', $kind, 1)) or exit 9;
        $link->recv(my $answer, 512);
        exit 9 unless length $answer > 12;
    }
}

sub whole {
    open my $file, '<:raw', shift or exit 5;
    local $/;
    return <$file>;
}

1;

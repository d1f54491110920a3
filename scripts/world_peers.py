"""The peers of test/scenarios/peers.json, as threads: whom programs of the world reach."""
import socket, threading


def start_peer(address, peer):
    """A listener that reads what comes, answers `reply`, and reads on to the end; or one that answers by `names`."""
    host, port = address.rsplit(":", 1)
    if "names" in peer:
        return start_resolver(host, int(port), peer["names"])
    listener = socket.create_server((host, int(port)))

    def serve():
        while True:
            connection, _ = listener.accept()
            try:
                with connection:
                    connection.recv(65536)
                    connection.sendall(peer["reply"].encode())
                    while not peer.get("close") and connection.recv(65536):
                        pass
            except OSError:
                pass  # the program closed first

    threading.Thread(target=serve, daemon=True).start()


def start_resolver(host, port, names):
    """Answers what is asked of it by datagrams: the address of a name that it knows, nothing for its other kinds, else no such name."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    listener.bind((host, port))

    def serve():
        while True:
            query, who = listener.recvfrom(512)
            labels, at = [], 12
            while at < len(query) and query[at]:
                labels.append(query[at + 1 : at + 1 + query[at]].decode("ascii", "replace"))
                at += 1 + query[at]
            address, kind = names.get(".".join(labels)), query[at + 1 : at + 3]
            known = address is not None and kind == b"\0\1"
            # RFC 1035, 4.1: an answer, recursion available; then what was asked, and an A record that points back at its name.
            head = query[:2] + bytes([0x81, 0x80 if address else 0x83, 0, 1, 0, known, 0, 0, 0, 0])
            record = b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4" + socket.inet_aton(address) if known else b""
            listener.sendto(head + query[12 : at + 5] + record, who)

    threading.Thread(target=serve, daemon=True).start()

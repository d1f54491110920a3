"""Reads a file, listens on 127.0.0.1 at a port that it is given, connects there, asks and answers: own-answer.py FILE"""
import _socket, sys

(path,) = sys.argv[1:]
with open(path, "rb", buffering=0) as file:
    file.read()
server = _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM)
server.bind(("127.0.0.1", 0))
server.listen(1)
asks = _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM)
asks.connect(server.getsockname())
number, _ = server._accept()
answers = _socket.socket(fileno=number)
asks.sendall(b"made up")
answers.recv(7)
answers.sendall(b"an answer")
asks.recv(9)

"""A tool-using agent that calls its tools over MCP, and logs each message as clients do: each argument is done in order.

read=PATH write=PATH fetch=URL are calls of tools; act-read=PATH act-send=HOST:PORT it does itself, without a call;
wait=SECONDS. filesystem=WORDS and fetch-server=WORDS, first, are arguments of those servers (mcp-server.py), with commas.
The log is /run/mcp.log.
"""
import _socket, json, posix, sys, time

log = []


def note(server, who, message):
    micros = time.time_ns() // 1000
    year, month, day, hour, minute, second, *_ = time.gmtime(micros // 1_000_000)
    now = f"{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{micros % 1_000_000:06}Z"
    log.append(f"{now} [{server}] [info] Message from {who}: {json.dumps(message)}\n")


class Server:
    def __init__(self, name, words):
        (asks, self.asked), (self.answered, answers) = posix.pipe(), posix.pipe()
        command = ["/usr/bin/python3", "-I", "-S", "/opt/agent/mcp-server.py", name, *words]
        moves = [(posix.POSIX_SPAWN_DUP2, asks, 0), (posix.POSIX_SPAWN_DUP2, answers, 1)]
        self.name, self.id = name, 0
        self.pid = posix.posix_spawn(command[0], command, {}, file_actions=moves)
        posix.close(asks)
        posix.close(answers)
        self.request("initialize", {"protocolVersion": "2025-06-18", "capabilities": {},
                                    "clientInfo": {"name": "notes-agent", "version": "1"}})
        self.send({"jsonrpc": "2.0", "method": "notifications/initialized"})

    def send(self, message):
        note(self.name, "client", message)
        posix.write(self.asked, json.dumps(message).encode() + b"\n")

    def request(self, method, params):
        self.id += 1
        self.send({"jsonrpc": "2.0", "id": self.id, "method": method, "params": params})
        line = b""
        while not line.endswith(b"\n"):
            line += posix.read(self.answered, 65536)
        message = json.loads(line)
        note(self.name, "server", message)
        return message["result"]

    def call(self, tool, given):
        return self.request("tools/call", {"name": tool, "arguments": given})["content"][0]["text"]

    def end(self):
        posix.close(self.asked)
        posix.waitpid(self.pid, 0)


words = {"filesystem": [], "fetch-server": []}
uses = [one.partition("=")[::2] for one in sys.argv[1:]]
for verb, value in uses:
    if verb in words:
        words[verb] = value.split(",")
files, fetch = Server("filesystem", words["filesystem"]), Server("fetch", words["fetch-server"])
known = ""
for verb, value in uses:
    if verb == "read":
        known = files.call("read_file", {"path": value})
    elif verb == "write":
        files.call("write_file", {"path": value, "content": known[:64]})
    elif verb == "fetch":
        fetch.call("fetch", {"url": f"{value}?summary={known[:8].encode().hex()}"})
    elif verb == "act-read":
        with open(value, "rb", buffering=0) as file:
            known = file.read(65536).decode()
    elif verb == "act-send":
        host, port = value.rsplit(":", 1)
        peer = _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM)
        peer.connect((host, int(port)))
        peer.sendall(known.encode())
        peer.close()
    elif verb == "wait":
        time.sleep(float(value))
files.end()
fetch.end()
with open("/run/mcp.log", "wb", buffering=0) as file:
    file.write("".join(log).encode())

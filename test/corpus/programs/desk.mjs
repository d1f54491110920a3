#!/usr/bin/node
// desk.mjs DOCUMENT COUNT: asks a desk of its own, by a UNIX socket, for so many ever shorter summaries of a document. The desk is a process
// that holds the connections to the service. desk.mjs at SOCKET COUNT is the desk.
import { spawn } from "node:child_process";
import { createReadStream, existsSync } from "node:fs";
import { connect, createServer } from "node:net";
import { setTimeout } from "node:timers/promises";

const [what, where, count] = process.argv[2] === "at" ? process.argv.slice(2) : ["ask", ...process.argv.slice(2)];

function desk(path, left) {
  const door = createServer({ allowHalfOpen: true }, (link) => {
    const service = connect({ host: "198.51.100.10", port: 443, allowHalfOpen: true });
    link.pipe(service);
    service.pipe(link);
    service.on("end", () => --left || door.close());
  });
  door.listen(path);
}

async function summary(path, length) {
  const link = connect({ path, allowHalfOpen: true });
  link.write(`POST /summary?length=${length}\n`);
  createReadStream(where).pipe(link);
  let said = "";
  for await (const part of link) said += part;
  if (said !== "ok\n") process.exit(9);
}

if (what === "at") {
  desk(where, Number(count));
} else {
  const path = "/run/desk.sock";
  const helper = spawn(process.execPath, [process.argv[1], "at", path, count], { stdio: "ignore" });
  for (let tries = 0; !existsSync(path) && tries < 400; tries++) await setTimeout(25);
  for (let at = 0; at < Number(count); at++) await summary(path, 400 - 50 * at);
  helper.on("exit", (status) => process.exit(status));
}

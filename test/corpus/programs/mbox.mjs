#!/usr/bin/node
// mbox.mjs INBOX COUNT: waits for so many mails in a mailbox, which is locked while it is read from where it was read last, and answers each
// as it comes. What was answered stands in a mailbox of its own.
import { appendFileSync, closeSync, openSync, readSync, statSync, unlinkSync, watch } from "node:fs";
import { connect } from "node:net";
import { setTimeout } from "node:timers/promises";

const [inbox, count] = process.argv.slice(2);
let read = 0;

async function taken() {
  const lock = `${inbox}.lock`;
  for (;;) {
    try {
      closeSync(openSync(lock, "wx"));
      break;
    } catch {
      await setTimeout(30);
    }
  }
  const file = openSync(inbox, "r");
  const text = Buffer.alloc(65536);
  const size = readSync(file, text, 0, text.length, read);
  closeSync(file);
  read += size;
  unlinkSync(lock);
  return text.toString("utf8", 0, size).split(/^(?=From )/m).filter((mail) => mail.startsWith("From "));
}

async function answered(mail) {
  const server = connect({ host: "198.51.100.25", port: 587, allowHalfOpen: true });
  const sender = /^From: (.*)$/m.exec(mail)[1];
  const answer = `To: ${sender}\r\nSubject: Re: ${/^Subject: (.*)$/m.exec(mail)[1]}\r\n\r\nNo, thank you.\r\n`;
  server.end(`EHLO web-1.example.com\r\nMAIL FROM:<agent@example.com>\r\nRCPT TO:<${sender}>\r\nDATA\r\n${answer}.\r\nQUIT\r\n`);
  let said = "";
  for await (const part of server) said += part;
  if (said !== "ok\n") process.exit(9);
  appendFileSync(`${inbox}-answered`, `From agent@example.com\n${answer}\n`);
}

const change = watch(inbox);
let left = Number(count);
while (left > 0) {
  if (statSync(inbox).size === read) {
    await Promise.race([new Promise((resolve) => change.once("change", resolve)), setTimeout(200)]);
    continue;
  }
  for (const mail of await taken()) {
    await answered(mail);
    left -= 1;
  }
}
change.close();

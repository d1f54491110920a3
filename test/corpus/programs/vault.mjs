#!/usr/bin/node
// vault.mjs FOLDER OUT HOST PORT CONNECTIONS LEVEL: a backup in Node. Each file is packed (brotli) and encrypted into one container with a
// list in front; one that is gone by then is noted. The container goes out in shares, a connection each; one that ends too soon is tried again.
import { createCipheriv, createHash, randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, readFile, readdir, rename, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";

const [folder, out, host, port, connections, level] = process.argv.slice(2);
const key = createHash("sha256").update("made-up").digest();

async function* files(at) {
  for (const each of (await readdir(at, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(at, each.name);
    if (each.isDirectory()) yield* files(path);
    else if (each.isFile()) yield path;
  }
  if (at === folder) yield join(folder, "gone-meanwhile.txt");
}

function packed(data) {
  const start = randomBytes(16);
  const cipher = createCipheriv("aes-256-ctr", key, start);
  const small = brotliCompressSync(data, { params: { [constants.BROTLI_PARAM_QUALITY]: Number(level) } });
  return Buffer.concat([start, cipher.update(small), cipher.final()]);
}

async function kept() {
  const container = await open(`${out}.new`, "w", 0o600);
  const list = [];
  let size = 0;
  for await (const path of files(folder)) {
    try {
      const part = packed(await readFile(path));
      await container.write(part);
      list.push({ path, at: size, size: part.length });
      size += part.length;
    } catch (problem) {
      if (problem.code !== "ENOENT") throw problem;
      list.push({ path, gone: true });
    }
  }
  await container.sync();
  await container.close();
  await rename(`${out}.new`, out);
  await writeFile(`${out}.json`, JSON.stringify(list), { mode: 0o600 });
  return size;
}

function share(start, end, patience) {
  return new Promise((resolve, reject) => {
    const peer = connect(Number(port), host);
    let said = "";
    peer.setTimeout(patience, () => peer.destroy(new Error("too late")));
    peer.on("data", (data) => (said += data)).on("error", reject);
    peer.on("end", () => (said === "ok\n" ? resolve() : reject(new Error("nobody said that it came"))));
    createReadStream(out, { start, end, highWaterMark: 8192 }).pipe(peer);
  });
}

const size = await kept();
const each = Math.ceil(size / Number(connections));
await Promise.all(
  Array.from({ length: Number(connections) }, async (_, at) => {
    const range = [at * each, Math.min(size, (at + 1) * each) - 1];
    try {
      await share(...range, 3000);
    } catch {
      await share(...range, 20000);
    }
  }),
);

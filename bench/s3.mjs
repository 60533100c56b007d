import { spawn } from "node:child_process";
import { createReadStream, createWriteStream, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { breathe } from "./commands.mjs";
import { exchange } from "./http-load.mjs";
import { spread } from "./measure.mjs";
import { createBucket, signed } from "./sign.mjs";
import { memoryOf, openSite } from "./site.mjs";

const megabytes = 256;
const rounds = 5;

/** A large object through the daemon, against the same file through a server that only writes and reads it. */
export async function s3() {
  const site = await openSite();
  const source = join(site.root, "source");
  writeFileSync(source, Buffer.alloc(megabytes * 2 ** 20, "0123456789abcdef"));
  const plain = spawn(process.execPath, [fileURLToPath(import.meta.url), join(site.root, "copy")], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const plainPort = Number(await new Promise((resolve) => plain.stdout.once("data", (text) => resolve(`${text}`))));
    await site.cli("sandbox", "start");
    const running = site.daemon();
    const call = (method, path) => signed({ ...running, service: "s3", method, path, payloadHash: "UNSIGNED-PAYLOAD" });
    await exchange(createBucket(running, "bench-large"));
    const length = String(megabytes * 2 ** 20);
    const timed = async (target, isUpload) => {
      const { options } = target;
      const startedAt = performance.now();
      await exchange(
        isUpload
          ? { options: { ...options, headers: { ...options.headers, "content-length": length } }, body: createReadStream(source) }
          : target,
      );
      return megabytes / ((performance.now() - startedAt) / 1000);
    };
    const copy = (method) => ({ options: { host: "127.0.0.1", port: plainPort, method, path: "/", headers: {} } });
    const cases = {
      "plain PUT": () => timed(copy("PUT"), true),
      "S3 PUT": () => timed(call("PUT", "/bench-large/object"), true),
      "plain GET": () => timed(copy("GET"), false),
      "S3 GET": () => timed(call("GET", "/bench-large/object"), false),
    };
    const before = memoryOf(running.pid).most;
    const values = Object.fromEntries(Object.keys(cases).map((name) => [name, []]));
    for (let round = -1; round < rounds; round++)
      for (const [name, run] of Object.entries(cases)) {
        await breathe();
        const value = await run();
        if (round >= 0) values[name].push(value);
      }
    const row = (name, against) => {
      const ratios = against && spread(values[name].map((value, index) => value / values[against][index]));
      return { name, unit: "MB/s", ...spread(values[name]), ...(against ? { ratio: ratios.median, against, atLeast: { ratio: 0.7 } } : {}) };
    };
    const grown = memoryOf(running.pid).most - before;
    return [
      row("plain PUT"),
      row("S3 PUT", "plain PUT"),
      row("plain GET"),
      row("S3 GET", "plain GET"),
      { name: `memory for ${2 * (rounds + 1)} x ${megabytes} MB`, unit: "MB", ...spread([grown]), atMost: { value: 128 } },
    ];
  } finally {
    plain.kill();
    await site.close();
    rmSync(source, { force: true });
  }
}

/** The other side of "plain": what is sent is on disk when it is answered, as with the daemon, and nothing else. */
function servePlainly(file) {
  const server = createServer(async (request, response) => {
    if (request.method === "GET") return pipeline(createReadStream(file), response);
    await pipeline(request, createWriteStream(file));
    const handle = await open(file);
    await handle.sync();
    await handle.close();
    return response.end();
  });
  server.listen(0, "127.0.0.1", () => process.stdout.write(`${server.address().port}`));
}
if (process.argv[1] === fileURLToPath(import.meta.url)) servePlainly(process.argv[2]);

import { Agent, request } from "node:http";

/** Sends one request and reads its answer whole. Throws unless it is a success. */
export function exchange({ options, body }, agent) {
  return new Promise((resolve, reject) => {
    const sent = request({ ...options, agent }, (response) => {
      let bytes = 0;
      const parts = [];
      response.on("data", (part) => {
        bytes += part.length;
        if (response.statusCode >= 300) parts.push(part);
      });
      response.on("end", () => {
        if (response.statusCode < 300) return resolve(bytes);
        const { method, path } = options;
        return reject(new Error(`${method} ${path}: ${response.statusCode} ${Buffer.concat(parts)}`));
      });
      response.on("error", reject);
    });
    sent.on("error", reject);
    if (body?.pipe) body.pipe(sent);
    else sent.end(body);
  });
}

/** Milliseconds of each of `count` requests, one after the other. */
export async function latencies(target, count) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const values = [];
  for (let sent = -10; sent < count; sent++) {
    const startedAt = performance.now();
    await exchange(target, agent);
    if (sent >= 0) values.push(performance.now() - startedAt);
  }
  agent.destroy();
  return values;
}

/** Requests per second, from so many connections at once. */
export async function rate(target, { count, connections }) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  let left = count;
  const startedAt = performance.now();
  const work = async () => {
    while (left-- > 0) await exchange(target, agent);
  };
  await Promise.all(Array.from({ length: connections }, work));
  agent.destroy();
  return count / ((performance.now() - startedAt) / 1000);
}

import { createServer, type RequestListener, type Server } from "node:http";

/** Listens at the port, or at a free one when another program has it. */
export async function listenPreferring(
  port: number | undefined,
  address: string,
  handler: RequestListener,
): Promise<Server> {
  if (port !== undefined) {
    try {
      return await listen(port, address, handler);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    }
  }
  return listen(0, address, handler);
}

function listen(port: number, address: string, handler: RequestListener): Promise<Server> {
  const server = createServer(handler);
  // Longer than any client keeps an idle connection, so that it is never the server who closes one in use.
  server.keepAliveTimeout = 120_000;
  // An upload takes as long as it takes.
  server.requestTimeout = 0;
  return new Promise((resolveServer, reject) => {
    server.once("error", reject);
    server.listen(port, address, () => {
      server.removeListener("error", reject);
      resolveServer(server);
    });
  });
}

/** Requests that are being answered get a moment to finish. */
export async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((done) => server.close(() => done()));
  server.closeIdleConnections();
  const limit = setTimeout(() => server.closeAllConnections(), 3_000);
  await closed;
  clearTimeout(limit);
}

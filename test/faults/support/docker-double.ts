import { createServer } from "node:http";

/**
 * A Docker engine with one container in it, which belongs to another stack of the same sandbox. The control plane asks
 * the engine whether it is there and what it holds, nothing more; anything else would be an error here.
 */
export async function startDockerDouble(socket: string): Promise<{ host: string; stop(): Promise<void> }> {
  const server = createServer((request, response) => {
    const path = (request.url ?? "").split("?")[0];
    if (path === "/_ping") response.end("OK");
    else if (path === "/containers/json") {
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify([{ Id: "0".repeat(64), Names: ["/another-stack"], State: "running" }]));
    } else response.writeHead(501, { "content-type": "application/json" }).end('{"message":"not in the double"}');
  });
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(socket, resolve));
  return {
    host: `unix://${socket}`,
    async stop() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

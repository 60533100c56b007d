import { createServer } from "node:net";

/** Whether something could listen there now. */
export function isFree(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    // Without root a low port cannot be tried here, but Docker can publish it all the same.
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code === "EACCES"));
    server.listen({ host: address, port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

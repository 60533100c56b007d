import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { createClients } from "../../src/aws/clients.ts";
import { createIdentity } from "../../src/aws/identity.ts";
import { translateError } from "../../src/aws/translate-error.ts";
import { translateSetup } from "../../src/aws/translate-setup.ts";
import { Lecture05Error } from "../../src/errors.ts";

const keys = { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "secret" };

/** The error of the first call, in our words. */
async function firstCall(endpoint: string, credentials: typeof keys & { sessionToken?: string } = keys) {
  const clients = createClients({ region: "ap-northeast-1", endpoint, credentials });
  onTestFinished(() => clients.destroy());
  const error: unknown = await createIdentity(clients)
    .caller()
    .catch((it: unknown) => it);
  return error instanceof Lecture05Error ? error : (translateSetup(error) ?? translateError(error));
}

async function webServer(status: number, body: string): Promise<string> {
  const server = createServer((_request, response) => {
    response.writeHead(status, { "content-type": "text/html" }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

it("an endpoint that is no address is named", async () => {
  expect(await firstCall("not an address")).toMatchObject({
    code: "CONFIG_INVALID",
    detail: {
      what: { en: expect.stringContaining("AWS_ENDPOINT_URL") },
      why: { en: 'endpoint_url: "not an address"' },
    },
  });
});

it("keys that cannot be sent are the keys' fault", async () => {
  const endpoint = await webServer(200, "");
  expect(await firstCall(endpoint, { ...keys, accessKeyId: "日本" })).toMatchObject({ code: "CREDENTIALS_MISSING" });
});

it.each([
  [200, "<!DOCTYPE html><p>Please log in<br></body>"],
  [200, "<html><body>Please log in</body></html>"],
  [200, ""],
  [407, "<!DOCTYPE html><p>Who are you?<br>"],
])("a web page with status %i is not AWS: %j", async (status, body) => {
  const endpoint = await webServer(status, body);
  expect(await firstCall(endpoint)).toMatchObject({
    code: "AWS_UNREACHABLE",
    detail: { what: { en: "Something else than AWS answered" } },
  });
});

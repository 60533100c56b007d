import { expect, it } from "vitest";
import { createLineRedactor } from "../../src/records/redact-lines.ts";

it("takes a private key out that comes in pieces, and nothing after it", () => {
  const clean = createLineRedactor();
  expect(clean(["before", "key: -----BEGIN RSA PRIVATE KEY-----", "MIIEfirst"])).toEqual([
    "before",
    "key: [redacted private key]",
  ]);
  expect(clean(["MIIEmiddle"])).toEqual([]);
  expect(clean(["MIIElast", "-----END RSA PRIVATE KEY-----", "after"])).toEqual(["after"]);
});

it("takes out what stands in one line", () => {
  const clean = createLineRedactor();
  expect(
    clean(["PASSWORD=hunter2secret", "-----BEGIN PRIVATE KEY----- MIIE -----END PRIVATE KEY-----", "after"]),
  ).toEqual(["PASSWORD=[redacted]", "[redacted private key]", "after"]);
});

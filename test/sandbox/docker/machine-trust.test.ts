import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { rootCertificates } from "node:tls";
import { describe, expect, it } from "vitest";
import { extraAuthorities, missingFrom, proxyVariables } from "../../../src/sandbox/docker/machine-trust.ts";
import { temporaryDirectory } from "../../support/temporary-directory.ts";

const [known = "", company = "", other = ""] = rootCertificates;

describe("missingFrom", () => {
  it("finds what a bundle has beyond the known authorities, however it is wrapped, once", () => {
    const rewrapped = known.replace(/\n/g, "\r\n");
    const bundle = `# Company CA\n${company}\n${rewrapped}\n${company}`;
    expect(missingFrom([known], [bundle])).toEqual([company.trim()]);
  });

  it("is in the same order whatever the files' order, so that the recipe's hash stays", () => {
    expect(missingFrom([], [company, other])).toEqual(missingFrom([], [other, company]));
  });

  it("leaves out what is no certificate", () => {
    const broken = "-----BEGIN CERTIFICATE-----\nbm8gY2VydGlmaWNhdGU=\n-----END CERTIFICATE-----";
    expect(missingFrom([], [broken, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"])).toEqual([]);
  });
});

describe("extraAuthorities", () => {
  it("takes nothing out of a bundle of public authorities, nor fails without the file", async () => {
    const directory = temporaryDirectory();
    const bundle = join(directory, "bundle.pem");
    await writeFile(bundle, rootCertificates.join("\n"));
    const without = await extraAuthorities({});
    expect(await extraAuthorities({ NODE_EXTRA_CA_CERTS: bundle, SSL_CERT_FILE: join(directory, "none") })).toEqual(
      without,
    );
  });
});

describe("proxyVariables", () => {
  it("gives each in both spellings, and keeps the sandbox's services off the proxy", () => {
    expect(proxyVariables({ HTTPS_PROXY: "http://proxy.example:3128", no_proxy: "intern.example" })).toEqual({
      https_proxy: "http://proxy.example:3128",
      HTTPS_PROXY: "http://proxy.example:3128",
      no_proxy: "intern.example,169.254.169.254,localhost,127.0.0.1",
      NO_PROXY: "intern.example,169.254.169.254,localhost,127.0.0.1",
    });
  });

  it("is empty where there is no proxy", () => {
    expect(proxyVariables({ http_proxy: "", PATH: "/bin" })).toEqual({});
  });
});

import { beforeAll, describe, expect, it } from "vitest";
import type { InstalledPackage } from "../support/installed-package.ts";
import { onHost, type Stack } from "../support/stack.ts";
import { breakEach } from "./break-each.ts";
import {
  certificateProvocations,
  curl,
  httpsBreakages,
  httpsProvocations,
  importCertificate,
  issuedCertificate,
  listenersOf,
  statusOfCertificate,
  type IssuedCertificate,
} from "./diagnose/https.ts";
import { keepHealthy, type Provocation } from "./diagnose/provocation.ts";
import { look } from "./diagnose/run-provocation.ts";

const name = "own.example.test";
let issued: IssuedCertificate;
let own = "";

/** HTTPS put in front of a stack that stands whole, which it is left with. Registered by the file that owns it. */
export function https(stack: () => Stack, provoke: (provocation: Provocation) => Promise<void>): void {
  describe("HTTPS", () => {
    // For a row that does not put its own fault right.
    beforeAll(() => onHost(stack(), keepHealthy));

    it("is put in front in place, and an ordinary client comes by it", async () => {
      const before = await listenersOf(stack().tool);
      issued = await issuedCertificate(stack().tool);
      await stack().tool.ok("up", "--certificate", issued.arn);
      const listeners = await listenersOf(stack().tool);
      expect(listeners.get(80)?.ListenerArn).toBe(before.get(80)?.ListenerArn);
      expect(listeners.get(443)?.SslPolicy).toBe("ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09");
      const { url, steps } = JSON.parse(await stack().tool.ok("status", "--json")) as {
        url: string;
        steps: { checks: { name: string; ok: boolean }[] }[];
      };
      expect(url).toMatch(/^https:/);
      expect(steps.flatMap(({ checks }) => checks).filter(({ ok }) => !ok)).toEqual([]);
      expect(await curl(stack().tool, issued, `https://${issued.domain}/`)).toBe("200");
      const [page, query] = ["/fruits/new", "?a=b&c=d"];
      expect(await curl(stack().tool, issued, `http://${issued.domain}${page}${query}`)).toBe(
        `301 https://${issued.domain}:443${page}${query}`,
      );
      await stack().tool.ok("verify");
    });

    it("is kept by an `up` that does not name it", async () => {
      const outcomes = (await stack().tool.events("up")).flatMap((event) =>
        event.type === "step.finished" ? event.outcome : [],
      );
      expect(new Set(outcomes)).toEqual(new Set(["up-to-date"]));
      expect((await look(stack().tool)).verdicts.map(({ code }) => code)).toEqual(["NOTHING_WRONG"]);
    });

    breakEach(stack, httpsBreakages);

    it.each(httpsProvocations)("$code when $what", provoke);

    it("changes to another certificate in place", async () => {
      const before = await listenersOf(stack().tool);
      own = await importCertificate(stack().tool, { name });
      await stack().tool.ok("up", "--certificate", own);
      const after = await listenersOf(stack().tool);
      expect(after.get(443)?.ListenerArn).toBe(before.get(443)?.ListenerArn);
      expect(after.get(443)?.Certificates).toEqual([{ CertificateArn: own }]);
      expect(await statusOfCertificate(stack().tool, issued.arn)).toEqual({ status: "ISSUED", users: 0 });
    });

    it.each(certificateProvocations(() => own, name))("$code when $what", provoke);

    it("refuses a certificate that would not work, before anything is changed", async () => {
      const nowhere = issued.arn.replace(/[^/]*$/, "nowhere");
      expect(await stack().tool.cli("up", "--certificate", nowhere)).toMatchObject({
        code: 1,
        stderr: expect.stringContaining("CERTIFICATE_UNUSABLE") as string,
      });
      expect((await stack().tool.cli("up", "--certificate", own.replace("ap-northeast-1", "us-east-1"))).code).toBe(2);
      expect((await listenersOf(stack().tool)).get(443)?.Certificates).toEqual([{ CertificateArn: own }]);
    });

    it("is taken away again, and put back", async () => {
      await stack().tool.ok("up", "--certificate", "none");
      expect([...(await listenersOf(stack().tool)).keys()]).toEqual([80]);
      const { url } = JSON.parse(await stack().tool.ok("status", "--json")) as { url: string };
      expect((await fetch(url, { redirect: "manual" })).status).toBe(200);
      await stack().tool.ok("up", "--certificate", own);
    });
  });
}

/** After the stack was destroyed. */
export function certificatesStay(tool: () => InstalledPackage): void {
  it("leaves the certificate, which the stack did not make", async () => {
    // The sandbox stopped with its last stack.
    await tool().ok("sandbox", "start");
    expect(await statusOfCertificate(tool(), own)).toEqual({ status: "ISSUED", users: 0 });
  });
}

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { DescribeCertificateCommand, ImportCertificateCommand } from "@aws-sdk/client-acm";
import {
  DeleteListenerCommand,
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  ModifyListenerCommand,
  type Listener,
  type ModifyListenerCommandInput,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import type { InstalledPackage } from "../../support/installed-package.ts";
import { ownCertificate } from "../../support/own-certificate.ts";
import type { Breakage } from "../breakages/breakage.ts";
import { clientsOf } from "../../support/sandbox-access.ts";
import type { Stack } from "../../support/stack.ts";
import { editSite, type Provocation } from "./provocation.ts";

const run = promisify(execFile);

/** What `sandbox certificate` gives for its default name. */
export interface IssuedCertificate {
  readonly arn: string;
  readonly domain: string;
  readonly authority: string;
}

export const issuedCertificate = async (tool: InstalledPackage): Promise<IssuedCertificate> =>
  JSON.parse((await tool.ok("sandbox", "certificate", "--json")).trim().split("\n").at(-1) ?? "") as IssuedCertificate;

/** The listeners by port, as an independent client sees them. */
export async function listenersOf(tool: InstalledPackage): Promise<Map<number, Listener>> {
  const elb = await (await clientsOf(tool)).elbv2();
  const { LoadBalancers } = await elb.send(new DescribeLoadBalancersCommand({ Names: [tool.stack] }));
  const LoadBalancerArn = LoadBalancers?.[0]?.LoadBalancerArn;
  const { Listeners = [] } = await elb.send(new DescribeListenersCommand({ LoadBalancerArn }));
  return new Map(Listeners.map((listener) => [listener.Port ?? 0, listener]));
}

export async function changeListener(
  tool: InstalledPackage,
  port: number,
  change: Omit<ModifyListenerCommandInput, "ListenerArn"> | "delete",
): Promise<void> {
  const elb = await (await clientsOf(tool)).elbv2();
  const ListenerArn = (await listenersOf(tool)).get(port)?.ListenerArn;
  if (change === "delete") await elb.send(new DeleteListenerCommand({ ListenerArn }));
  else await elb.send(new ModifyListenerCommand({ ...change, ListenerArn }));
}

/** Imports a certificate that signs itself, under an ARN that there is or a new one. */
export async function importCertificate(
  tool: InstalledPackage,
  { name, arn, seconds = 3600 }: { readonly name: string; readonly arn?: string; readonly seconds?: number },
): Promise<string> {
  const acm = await (await clientsOf(tool)).acm();
  const { certificate, privateKey } = ownCertificate([name], { untilSeconds: seconds });
  const request = { CertificateArn: arn, Certificate: Buffer.from(certificate), PrivateKey: Buffer.from(privateKey) };
  const { CertificateArn = "" } = await acm.send(new ImportCertificateCommand(request));
  return CertificateArn;
}

export async function statusOfCertificate(tool: InstalledPackage, CertificateArn: string) {
  const acm = await (await clientsOf(tool)).acm();
  const { Certificate: found } = await acm.send(new DescribeCertificateCommand({ CertificateArn }));
  return { status: found?.Status, users: found?.InUseBy?.length };
}

/** An ordinary curl that trusts the sandbox's authority alone: status and where it was sent. */
export async function curl(
  tool: InstalledPackage,
  { domain, authority }: IssuedCertificate,
  ...more: readonly string[]
): Promise<string> {
  const { https } = JSON.parse(await tool.ok("status", "--json")) as { https: { loadBalancerName: string } };
  const route = ["--cacert", authority, "--connect-to", `${domain}::${https.loadBalancerName}:`];
  const format = "%{http_code} %{redirect_url}";
  const { stdout } = await run("curl", ["-s", "--noproxy", "*", "-o", "/dev/null", "-w", format, ...route, ...more]);
  return stdout.trim();
}

/** Ways to break HTTPS, and the checks of step alb that have to notice. */
export const httpsBreakages: readonly Breakage[] = [
  {
    proves: { alb: ["old-tls-refused"] },
    what: "the listener has a policy of 2016",
    breakIt: ({ tool }) => changeListener(tool, 443, { SslPolicy: "ELBSecurityPolicy-2016-08" }),
    repair: ({ tool }) => tool.ok("step", "alb"),
    isEventual: true,
  },
  {
    proves: { alb: ["http-redirected"] },
    what: "a redirect forgets the path",
    breakIt: ({ tool }) =>
      changeListener(tool, 80, {
        DefaultActions: [
          { Type: "redirect", RedirectConfig: { Protocol: "HTTPS", Port: "443", Path: "/", StatusCode: "HTTP_301" } },
        ],
      }),
    repair: ({ tool }) => tool.ok("step", "alb"),
    isEventual: true,
  },
  {
    proves: { alb: ["certificate"] },
    what: "another certificate is on the listener",
    breakIt: async ({ tool }) => {
      const CertificateArn = await importCertificate(tool, { name: "other.example.test" });
      await changeListener(tool, 443, { Certificates: [{ CertificateArn }] });
    },
    repair: ({ tool }) => tool.ok("step", "alb"),
    isEventual: true,
  },
  {
    proves: { alb: ["cookie-secure", "strict-transport"] },
    what: "Rails was not told of TLS",
    breakIt: `sed -i s/^FORCE_SSL=1/FORCE_SSL=0/ /etc/lecture05/env.d/40-load-balancer.env; systemctl restart puma`,
    // The step writes the file anew, and waits until the restarted Puma is healthy again.
    repair: ({ tool }) => tool.ok("step", "alb"),
  },
  {
    proves: { alb: ["form-by-https"] },
    what: "Rails does not expect the Origin",
    breakIt: editSite("s/Host \\$http_host/Host lecture05.test/"),
    repair: editSite("s/Host lecture05.test/Host $http_host/"),
  },
];

export const httpsProvocations: readonly Provocation[] = [
  {
    layer: "nginx",
    code: "NGINX_PROTOCOL_LOST",
    what: "Nginx says its own scheme, and every visitor is redirected for ever",
    row: 19,
    breakIt: editSite("s/X-Forwarded-Proto \\$lecture05_proto/X-Forwarded-Proto $scheme/"),
  },
  {
    layer: "load-balancer",
    code: "LISTENER_MISSING",
    what: "the listener for HTTPS is gone",
    breakIt: ({ tool }: Stack) => changeListener(tool, 443, "delete"),
  },
];

/** For a certificate that was imported, so that it can be imported again under its ARN. */
export const certificateProvocations = (arn: () => string, name: string): readonly Provocation[] => [
  {
    layer: "load-balancer",
    code: "CERTIFICATE_EXPIRED",
    what: "its time is over",
    breakIt: async ({ tool }: Stack) => {
      await importCertificate(tool, { name, arn: arn(), seconds: 2 });
      await new Promise((resolve) => setTimeout(resolve, 2_000));
    },
    restore: ({ tool }: Stack) => importCertificate(tool, { name, arn: arn() }),
  },
  {
    layer: "load-balancer",
    code: "CERTIFICATE_NAME_WRONG",
    what: "it was imported again for another name",
    breakIt: ({ tool }: Stack) => importCertificate(tool, { name: "other.example.test", arn: arn() }),
    restore: ({ tool }: Stack) => importCertificate(tool, { name, arn: arn() }),
  },
  {
    layer: "load-balancer",
    code: "LISTENER_CERTIFICATE_WRONG",
    what: "somebody gave the listener another one",
    breakIt: async ({ tool }: Stack) => {
      const CertificateArn = await importCertificate(tool, { name: "other.example.test" });
      await changeListener(tool, 443, { Certificates: [{ CertificateArn }] });
    },
  },
];

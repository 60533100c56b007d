import { hostNameOf } from "../../steps/alb/dns.ts";
import { siteOf } from "../facts.ts";
import { evidence, applyStep, automatic, byHand, printed, type Layer } from "../layer.ts";

/** The address that people type. */
export const nameLayer: Layer = {
  name: "name",
  title: { en: "The load balancer's name", ja: "ロードバランサーの DNS 名" },
  since: "alb",
  scope: "stack",
  observed: ({ loadBalancer, page }) =>
    loadBalancer && page && page.kind !== "name-not-found" ? loadBalancer.dnsName : undefined,
  diagnoses: [
    {
      code: "NAME_OUTDATED",
      logLines: ["curl: (6) Could not resolve host", "DNS_PROBE_FINISHED_NXDOMAIN"],
      cause: {
        en: "The address that is recorded, {recorded}, is not the load balancer's name any more: it was made anew and is called {present}",
        ja: "記録されている URL {recorded} は現在の DNS 名 {present} と異なります。ロードバランサーが作り直されています",
      },
      fix: automatic(applyStep("alb")),
      find: (view) => {
        const { url, loadBalancer, https } = view;
        const present = loadBalancer && siteOf(view);
        if (!url || !present || url === present) return undefined;
        // The certificate's own name; whether the certificate still has it is asked further in.
        if (https && https.recordedNames.some((name) => url === `https://${hostNameOf([name])}`)) return undefined;
        return {
          evidence: [
            evidence("lecture05 status", `URL ${url}`, url),
            evidence("aws elbv2 describe-load-balancers", `DNSName ${loadBalancer.dnsName}`, loadBalancer.dnsName),
          ],
          values: { recorded: url, present },
        };
      },
    },
    {
      code: "NAME_NOT_FOUND",
      mayPass: true,
      logLines: ["getaddrinfo ENOTFOUND", "curl: (6) Could not resolve host"],
      cause: {
        en: "The load balancer's name cannot be resolved from here. A new name takes a minute or two to be known; otherwise this machine's name service is at fault",
        ja: "この端末からロードバランサーの DNS 名を名前解決できません。作成直後は反映に 1〜2 分かかります。続く場合は端末の DNS 設定を確認してください",
      },
      fix: printed(byHand("getent hosts {name}")),
      find: (view) => {
        const { loadBalancer, page } = view;
        if (!loadBalancer || page?.kind !== "name-not-found") return undefined;
        const { dnsName } = loadBalancer;
        return {
          evidence: [evidence(`curl ${siteOf(view)}/`, page.message)],
          values: { name: dnsName },
        };
      },
    },
  ],
};

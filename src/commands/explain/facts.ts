import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Facts } from "../../explain/facts.ts";
import { releasesOf } from "../../state/releases.ts";
import { alb } from "../../steps/alb.ts";
import { ec2 } from "../../steps/ec2.ts";
import { firstRange, subnetsOf } from "../../steps/ec2/layout.ts";
import { puma } from "../../steps/puma.ts";
import { s3 } from "../../steps/s3.ts";
import { bucketNameFor } from "../../steps/s3/bucket-name.ts";
import { scriptContext } from "../script-context.ts";
import type { Preferences } from "../settings.ts";

/** What the explanations show: this stack's values as far as the state knows them, else what they would be. */
export function factsOf(preferences: Preferences): Facts {
  const { state, ...ctx } = scriptContext(preferences);
  const { stack, region, settings, findOutput } = ctx;
  const resources = state?.resources ?? [];
  const find = (type: string, name: string) =>
    resources.find((resource) => resource.type === type && resource.name === name);
  const privateIp = findOutput(ec2)?.hosts[0]?.privateIp ?? "";
  const second = /^10\.(\d+)\./.exec(privateIp)?.[1] ?? String(firstRange);
  const vpcCidr = `10.${second}.0.0/16`;
  const letters = resources.flatMap(({ type, name }) =>
    type === "ec2:subnet" && name.startsWith("public-") ? [name.slice("public-".length)] : [],
  );
  const zones = (letters.length === 2 ? letters : ["a", "c"]).map((letter) => region + letter);
  const publicRanges = subnetsOf(vpcCidr, zones).flatMap((subnet) => (subnet.public ? [subnet.cidr] : []));
  const seen = state?.steps
    .find(({ name }) => name === "alb")
    ?.checks.find(({ name, ok }) => name === "private-address" && ok);
  return {
    ...ctx,
    vpcCidr,
    zones,
    allow: settings.allow ?? ["YOUR-ADDRESS/32"],
    idOf: (type, name) => find(type, name)?.id ?? name,
    tokenOf: (type, name) => find(type, name)?.clientToken || "CLIENT-TOKEN",
    release: findOutput(puma)?.release ?? "RELEASE",
    expiresAt: state?.expiresAt,
    releases: releasesOf(state),
    loadBalancerName: findOutput(alb)?.dnsName ?? "LOAD-BALANCER-DNS-NAME",
    certificateNames: findOutput(alb)?.certificate?.names,
    loadBalancerAddresses: seen?.observed ?? publicRanges.join(", "),
    bucket: findOutput(s3)?.bucket ?? (state ? bucketNameFor(ctx) : `${stack}-${region}-HASH`),
    appFile(path) {
      const file = join(settings.appDirectory, path);
      return existsSync(file) ? readFileSync(file, "utf8") : undefined;
    },
  };
}

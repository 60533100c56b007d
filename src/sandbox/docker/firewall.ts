import type { FirewallRules } from "../runtime.ts";
import { formatAddress, formatRange, gatewayOf, overlaps, parseRange, withoutCovered } from "./addresses.ts";

type InboundRule = FirewallRules["inbound"][number];

const loopback = parseRange("127.0.0.0/8");
const everywhere = parseRange("0.0.0.0/0");

/** What a member gets before EC2 has said anything: closed inwards. */
export function closedFirewall(vpcCidr: string): FirewallRules {
  return { inbound: [], internetRoute: true, vpcCidr };
}

/**
 * The packet filter of one host or load balancer as one nft transaction. It replaces only its own table: Docker's name
 * service lives in the same namespace as NAT rules.
 */
export function nftRuleset(rules: FirewallRules, ownAddresses: readonly string[] = []): string {
  const gateway = gatewayOf(rules.vpcCidr);
  const lines = [
    // Adding first makes the deletion succeed when there was no table yet.
    "add table inet sg",
    "delete table inet sg",
    "table inet sg {",
    "  chain input {",
    "    type filter hook input priority 0; policy drop;",
    '    iifname "lo" accept',
    ...borderLines(rules.confined, "input"),
    "    ct state established,related accept",
    ...rules.inbound.flatMap((rule) => inboundLines(rule, gateway)).map((line) => `    ${line}`),
    "  }",
    "  chain output {",
    `    type filter hook output priority 0; policy ${rules.internetRoute ? "accept" : "drop"};`,
    '    oifname "lo" accept',
    ...borderLines(rules.confined, "output"),
    "    ct state established,related accept",
    "    ip daddr 169.254.169.254 accept",
    ...(rules.internetRoute
      ? [
          // On a cloud machine other link-local services hand out that machine's own credentials. Its name server stays.
          "    ip daddr 169.254.0.0/16 udp dport 53 accept",
          "    ip daddr 169.254.0.0/16 tcp dport 53 accept",
          "    ip daddr 169.254.0.0/16 drop",
        ]
      : [`    ip daddr { ${formatRange(parseRange(rules.vpcCidr))}, 127.0.0.0/8 } accept`]),
    "  }",
    "}",
    ...wayBack(rules, ownAddresses),
  ];
  return `${lines.join("\n")}\n`;
}

/**
 * A network ACL knows no connections: it stands before what is established. The metadata service and the name server are
 * outside of its reach, AWS's endpoints are not.
 */
function borderLines(confined: FirewallRules["confined"], direction: "input" | "output"): string[] {
  if (!confined) return [];
  const [peer, port] = direction === "input" ? ["saddr", "sport"] : ["daddr", "dport"];
  const { within, without } = confined;
  return [
    `    ip ${peer} 169.254.169.254 tcp ${port} 80 accept`,
    `    ip ${peer} 169.254.0.0/16 udp ${port} 53 accept`,
    ...(without.length > 0 ? [`    ip ${peer} { ${without.join(", ")} } drop`] : []),
    `    ip ${peer} != { ${within.join(", ")} } drop`,
    "    meta nfproto ipv6 drop",
  ];
}

/** Marks, and the routing tables of the same number. */
const firstPathMark = 100;
export const answersMark = "99";

/** "MARK=ADDRESS": what is marked so goes back by that address. */
export const returnRoutes = ({ returnPaths = [] }: FirewallRules): string[] =>
  returnPaths.map(({ privateIp }, index) => `${firstPathMark + index}=${privateIp}`);

/**
 * A connection that a member handed on under its client's address must be answered through that member: straight to the
 * client the answer would be nobody's. On the host each connection is marked by the hardware address through which its
 * last packet came; on the member what comes back for others' addresses is its own.
 */
function wayBack({ returnPaths = [], takesAnswers = false }: FirewallRules, ownAddresses: readonly string[]): string[] {
  const lines = ["add table inet way-back", "delete table inet way-back"];
  if (returnPaths.length > 0) {
    lines.push(
      "table inet way-back {",
      "  chain arriving {",
      "    type filter hook prerouting priority -150; policy accept;",
      '    iifname "eth0" ct mark set 0',
      ...returnPaths.map(
        ({ mac }, index) => `    iifname "eth0" ether saddr ${mac} ct mark set ${firstPathMark + index}`,
      ),
      "  }",
      "  chain leaving {",
      "    type route hook output priority -150; policy accept;",
      "    ct mark != 0 meta mark set ct mark",
      "  }",
      "}",
    );
  }
  if (takesAnswers) {
    lines.push(
      "table inet way-back {",
      "  chain arriving {",
      "    type filter hook prerouting priority -150; policy accept;",
      `    iifname "eth0" ct direction reply ip daddr != { ${ownAddresses.join(", ")} } meta mark set ${answersMark}`,
      "  }",
      "}",
    );
  }
  return lines;
}

function inboundLines(rule: InboundRule, gateway: string): string[] {
  const match = protocolMatch(rule);
  const lines: string[] = (rule.through ?? []).map((mac) =>
    `ether saddr ${mac} ${match.ipv4} accept`.replace(/ +/g, " "),
  );
  const sources = withGateway(rule.sources.filter(isIpv4), gateway);
  if (sources.length > 0) lines.push(`${sourceMatch(sources)} ${match.ipv4} accept`.replace(/ +/g, " "));
  const ipv6 = rule.sources.filter((source) => !isIpv4(source));
  if (ipv6.length > 0) {
    lines.push(...[...new Set(ipv6)].map((source) => `ip6 saddr ${source} ${match.ipv6} accept`.replace(/ +/g, " ")));
  }
  return lines;
}

/** This machine arrives as the network's gateway, also through ports published on loopback. */
function withGateway(sources: readonly string[], gateway: string): ReturnType<typeof parseRange>[] {
  const ranges = sources.map(parseRange);
  if (ranges.some((range) => overlaps(range, loopback))) ranges.push(parseRange(gateway));
  return withoutCovered(ranges);
}

function sourceMatch(ranges: readonly ReturnType<typeof parseRange>[]): string {
  if (ranges.some((range) => range.prefix === everywhere.prefix)) return "meta nfproto ipv4";
  const elements = ranges.map((range) => (range.prefix === 32 ? formatAddress(range.first) : formatRange(range)));
  return `ip saddr { ${elements.join(", ")} }`;
}

function protocolMatch(rule: InboundRule): { ipv4: string; ipv6: string } {
  switch (rule.protocol) {
    case "all":
      return { ipv4: "", ipv6: "" };
    case "icmp":
      return { ipv4: icmpMatch(rule), ipv6: "meta l4proto ipv6-icmp" };
    default: {
      const ports = `${rule.protocol} dport ${portRange(rule.fromPort, rule.toPort)}`;
      return { ipv4: ports, ipv6: ports };
    }
  }
}

/** EC2 keeps the ICMP type in FromPort and the code in ToPort; -1 is any. */
function icmpMatch(rule: InboundRule): string {
  if (rule.fromPort < 0) return "meta l4proto icmp";
  const code = rule.toPort < 0 ? "" : ` icmp code ${rule.toPort}`;
  return `icmp type ${rule.fromPort}${code}`;
}

function portRange(from: number, to: number): string {
  if (from < 0) return "0-65535";
  return from === to ? String(from) : `${from}-${to}`;
}

function isIpv4(source: string): boolean {
  return !source.includes(":");
}

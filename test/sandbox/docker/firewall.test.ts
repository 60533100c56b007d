import { describe, expect, it } from "vitest";
import { closedFirewall, nftRuleset, returnRoutes } from "../../../src/sandbox/docker/firewall.ts";
import type { FirewallRules } from "../../../src/sandbox/runtime.ts";

type Inbound = FirewallRules["inbound"][number];

const tcp = (sources: string[], fromPort = 80, toPort = fromPort): Inbound => ({
  protocol: "tcp",
  fromPort,
  toPort,
  sources,
});
const inputLines = (...inbound: Inbound[]): string[] => {
  const text = nftRuleset({ inbound, internetRoute: true, vpcCidr: "10.5.0.0/16" });
  const chain = /chain input \{\n([^}]*(?:\{[^}]*\}[^}]*)*?)\n {2}\}/.exec(text)?.[1] ?? "";
  return chain
    .split("\n")
    .map((line) => line.trim())
    .slice(3);
};

describe("nftRuleset", () => {
  it("is one transaction on a table of its own", () => {
    expect(nftRuleset({ ...closedFirewall("10.5.0.0/16"), inbound: [tcp(["10.5.1.10/32", "10.5.2.10/32"])] })).toBe(
      `add table inet sg
delete table inet sg
table inet sg {
  chain input {
    type filter hook input priority 0; policy drop;
    iifname "lo" accept
    ct state established,related accept
    ip saddr { 10.5.1.10, 10.5.2.10 } tcp dport 80 accept
  }
  chain output {
    type filter hook output priority 0; policy accept;
    oifname "lo" accept
    ct state established,related accept
    ip daddr 169.254.169.254 accept
    ip daddr 169.254.0.0/16 udp dport 53 accept
    ip daddr 169.254.0.0/16 tcp dport 53 accept
    ip daddr 169.254.0.0/16 drop
  }
}
add table inet way-back
delete table inet way-back
`,
    );
  });

  it("leads answers back through whom the connection came, whoever its source was", () => {
    const mac = "02:42:0a:05:00:0a";
    const rules: FirewallRules = {
      ...closedFirewall("10.5.0.0/16"),
      inbound: [{ ...tcp(["10.5.0.10/32"]), through: [mac] }],
      returnPaths: [{ mac, privateIp: "10.5.0.10" }],
    };
    const text = nftRuleset(rules);
    expect(text).toContain(
      `    ether saddr ${mac} tcp dport 80 accept\n    ip saddr { 10.5.0.10 } tcp dport 80 accept`,
    );
    expect(text).toContain(`    iifname "eth0" ct mark set 0\n    iifname "eth0" ether saddr ${mac} ct mark set 100`);
    expect(text).toContain(
      "type route hook output priority -150; policy accept;\n    ct mark != 0 meta mark set ct mark",
    );
    expect(returnRoutes(rules)).toEqual(["100=10.5.0.10"]);
  });

  it("lets a member take the answers that are meant for others", () => {
    const text = nftRuleset({ ...closedFirewall("10.5.0.0/16"), takesAnswers: true }, ["10.5.0.10", "10.5.1.10"]);
    expect(text).toContain(
      '    iifname "eth0" ct direction reply ip daddr != { 10.5.0.10, 10.5.1.10 } meta mark set 99',
    );
  });

  it("lets only the VPC and this host's services out without a route to the internet", () => {
    const text = nftRuleset({ inbound: [], internetRoute: false, vpcCidr: "10.5.0.0/16" });
    expect(text).toContain(`    type filter hook output priority 0; policy drop;
    oifname "lo" accept
    ct state established,related accept
    ip daddr 169.254.169.254 accept
    ip daddr { 10.5.0.0/16, 127.0.0.0/8 } accept
  }`);
    expect(text).not.toContain("flush");
  });

  it("stops at the border of a subnet whose network ACL denies everything, before what is established", () => {
    const confined = { within: ["10.5.1.0/24"], without: ["10.5.1.11"] };
    const text = nftRuleset({ inbound: [], internetRoute: true, vpcCidr: "10.5.0.0/16", confined });
    expect(text).toContain(`    iifname "lo" accept
    ip saddr 169.254.169.254 tcp sport 80 accept
    ip saddr 169.254.0.0/16 udp sport 53 accept
    ip saddr { 10.5.1.11 } drop
    ip saddr != { 10.5.1.0/24 } drop
    meta nfproto ipv6 drop
    ct state established,related accept
`);
    expect(text).toContain(`    oifname "lo" accept
    ip daddr 169.254.169.254 tcp dport 80 accept
    ip daddr 169.254.0.0/16 udp dport 53 accept
    ip daddr { 10.5.1.11 } drop
    ip daddr != { 10.5.1.0/24 } drop
    meta nfproto ipv6 drop
    ct state established,related accept
`);
  });

  it("takes the gateway for this machine where loopback is let in", () => {
    expect(inputLines(tcp(["127.0.0.1/32"]))).toEqual(["ip saddr { 127.0.0.1, 10.5.255.254 } tcp dport 80 accept"]);
    expect(inputLines(tcp(["0.0.0.0/0"]))).toEqual(["meta nfproto ipv4 tcp dport 80 accept"]);
    expect(inputLines(tcp(["10.5.1.0/24"]))).toEqual(["ip saddr { 10.5.1.0/24 } tcp dport 80 accept"]);
  });

  it("never writes overlapping sources, which nftables refuses", () => {
    expect(inputLines(tcp(["10.5.1.10/32", "10.5.0.0/16", "10.5.0.0/16", "127.0.0.1/32"]))).toEqual([
      "ip saddr { 10.5.0.0/16, 127.0.0.1 } tcp dport 80 accept",
    ]);
  });

  it("writes port ranges, every protocol, and ICMP by type and code", () => {
    const all = (protocol: Inbound["protocol"], fromPort: number, toPort: number): string | undefined =>
      inputLines({ protocol, fromPort, toPort, sources: ["10.5.1.1/32"] })[0]?.replace("ip saddr { 10.5.1.1 } ", "");
    expect(all("tcp", 3000, 3010)).toBe("tcp dport 3000-3010 accept");
    expect(all("udp", 53, 53)).toBe("udp dport 53 accept");
    expect(all("tcp", -1, -1)).toBe("tcp dport 0-65535 accept");
    expect(all("all", -1, -1)).toBe("accept");
    expect(all("icmp", -1, -1)).toBe("meta l4proto icmp accept");
    expect(all("icmp", 8, -1)).toBe("icmp type 8 accept");
    expect(all("icmp", 3, 4)).toBe("icmp type 3 icmp code 4 accept");
  });

  it("keeps IPv6 sources apart and writes nothing for a rule without sources", () => {
    expect(inputLines(tcp(["::/0"]))).toEqual(["ip6 saddr ::/0 tcp dport 80 accept"]);
    expect(inputLines(tcp([]))).toEqual([]);
  });
});

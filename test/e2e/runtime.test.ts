import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { gatewayOf } from "../../src/sandbox/docker/addresses.ts";
import type { DockerRuntime } from "../../src/sandbox/docker/runtime.ts";
import { macOf } from "../../src/sandbox/ec2/ids.ts";
import { networkConfiguration } from "../../src/sandbox/elbv2/haproxy/network.ts";
import type { FirewallRules, HostSpec, WantedResources } from "../../src/sandbox/runtime.ts";
import { applianceSecret, createFreeNetwork, type RuntimeFixture, startRuntime } from "../support/docker.ts";

interface Echo {
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly bodyBytes: number;
}

/** Perl is in every Debian: a server that says which host it is. */
const webServer = (
  name: string,
  port: number,
): string => `systemd-run --quiet --unit web-${port} perl -MIO::Socket::INET -e '
  $listener = IO::Socket::INET->new(LocalPort => ${port}, Listen => 50, ReuseAddr => 1) or die;
  while ($client = $listener->accept) {
    while (defined($line = <$client>) && $line =~ /\\S/) {}
    print $client "HTTP/1.1 200 OK\\r\\nContent-Length: ${name.length}\\r\\nConnection: close\\r\\n\\r\\n${name}";
    close $client;
  }'
until curl -s -o /dev/null http://127.0.0.1:${port}/; do sleep 0.1; done`;

/** The same, saying who asks. */
const peerServer = webServer("two", 8082)
  .replace("Content-Length: 3", 'Content-Length: " . length($client->peerhost) . "')
  .replace("\\r\\n\\r\\ntwo", '\\r\\n\\r\\n" . $client->peerhost . "');

const everyFiveSeconds = {
  protocol: "HTTP",
  path: "/",
  matcher: "200",
  port: "traffic-port",
  intervalSeconds: 5,
  timeoutSeconds: 4,
  healthyThreshold: 2,
  unhealthyThreshold: 2,
} as const;

describe("Docker runtime", () => {
  const vpcId = "vpc-0e2e";
  const [one, two] = ["i-0000000000000one", "i-0000000000000two"] as const;
  const balancer = "app/e2e/0123456789abcdef";
  let fixture: RuntimeFixture;
  let runtime: DockerRuntime;
  let cidr: string;
  let address: (last: string) => string;

  const spec = (instanceId: string, last: string, userData?: string): HostSpec => ({
    instanceId,
    vpcId,
    privateIp: address(last),
    hostName: `ip-${address(last).replaceAll(".", "-")}`,
    ...(userData === undefined ? {} : { userData }),
  });
  const wanted = (): WantedResources => ({
    networks: [{ vpcId, cidr }],
    instanceIds: [one, two],
    endedIds: [],
    loadBalancerIds: [balancer],
  });
  const sh = async (instanceId: string, script: string): Promise<string> => {
    const { exitCode, stdout, stderr } = await runtime.exec(instanceId, { argv: ["sh", "-c", script] });
    return exitCode === 0 ? stdout.toString().trim() : `exit ${exitCode}: ${stderr.toString().trim()}`;
  };
  const rules = (inbound: FirewallRules["inbound"], internetRoute = true): FirewallRules => ({
    inbound,
    internetRoute,
    vpcCidr: cidr,
  });
  const web = (source: string): FirewallRules["inbound"][number] => ({
    protocol: "tcp",
    fromPort: 8080,
    toPort: 8080,
    sources: [source],
  });
  const firewall = (id: string, inbound: FirewallRules): Promise<void> =>
    runtime.applyFirewall({ kind: "host", id }, inbound);
  const knock = "curl -s -m 2 -o /dev/null -w '%{http_code}' http://ADDRESS:8080/";
  const reaches = async (from: string, last: string): Promise<boolean> =>
    (await sh(from, knock.replace("ADDRESS", address(last)))) === "200";

  beforeAll(async () => {
    fixture = await startRuntime();
    runtime = fixture.runtime;
    cidr = await createFreeNetwork(runtime, vpcId);
    address = (last) => cidr.replace("0.0/16", last);
    const started = performance.now();
    await Promise.all([
      runtime.launchHost(
        spec(one, "1.10", 'echo "endpoint $AWS_ENDPOINT_URL user $(id -un)"; echo ran >> /root/first-boot'),
      ),
      runtime.launchHost(spec(two, "2.10")),
    ]);
    console.log(`two hosts launched in ${Math.round(performance.now() - started)} ms`);
  });

  afterAll(async () => {
    await fixture?.cleanUp();
    if (fixture) {
      const left = await fixture.runtime.inventory();
      expect(left).toEqual({ containers: [], networks: [], images: [], volumes: [] });
    }
  });

  it("runs systemd, with the host's name and address", async () => {
    expect(
      await sh(one, "systemctl is-system-running --wait; cat /proc/1/comm; hostname; ip -4 -o addr show eth0"),
    ).toMatch(new RegExp(`running\nsystemd\nip-${address("1.10").replaceAll(".", "-")}\n.*${address("1.10")}/16`));
    expect(await sh(one, "systemctl is-active amazon-ssm-agent")).toBe("active");
    expect(await sh(one, "systemctl --failed --no-legend")).toBe("");
    expect(await sh(one, "cat /etc/machine-id")).not.toBe(await sh(two, "cat /etc/machine-id"));
  });

  it("runs user data once, as root, with the endpoint in its environment", async () => {
    await sh(one, "systemctl is-system-running --wait");
    expect(await runtime.consoleOutput(one)).toContain("endpoint http://169.254.169.254:4566 user root");
    await runtime.rebootHost(one);
    await sh(one, "systemctl is-system-running --wait");
    expect(await sh(one, "cat /root/first-boot")).toBe("ran");
  });

  it("passes exit codes, both outputs, input and a megabyte of output on", async () => {
    const command = { argv: ["sh", "-c", "echo out; echo err >&2; exit 7"] };
    const result = await runtime.exec(one, command);
    expect([result.exitCode, result.stdout.toString(), result.stderr.toString()]).toEqual([7, "out\n", "err\n"]);
    const input = Buffer.alloc(1024 * 1024, "0123456789abcdef");
    const copy = await runtime.exec(one, { argv: ["cat"], stdin: input });
    expect(copy.stdout.equals(input)).toBe(true);
    const silent = await runtime.exec(one, { argv: ["sh", "-c", "exec >&- 2>&-; sleep 0.5; exit 5"] });
    expect(silent.exitCode).toBe(5);
    await expect(runtime.exec("i-0missing", { argv: ["true"] })).rejects.toThrow("i-0missing is not running");
    expect(await sh(one, "echo $AWS_ENDPOINT_URL")).toBe("http://169.254.169.254:4566");
  });

  it("ends a command and what it started when its signal aborts", async () => {
    const controller = new AbortController();
    const work = runtime.exec(one, {
      argv: ["sh", "-c", "setsid sleep 4242 & sleep 4242"],
      signal: controller.signal,
    });
    await sh(one, "until [ $(pgrep -fcx 'sleep 4242') = 2 ]; do sleep 0.05; done");
    controller.abort(new Error("cancelled"));
    await expect(work).rejects.toThrow("cancelled");
    expect(await sh(one, "pgrep -fx 'sleep 4242' || echo none")).toBe("none");
  });

  it("vouches for the peer at the metadata address, whatever the client claims", async () => {
    const seen = JSON.parse(
      await sh(
        one,
        "curl -s -H 'X-Lecture05-Peer: 1.2.3.4' -H 'X-Lecture05-Appliance: guess' http://169.254.169.254/latest/meta-data/?a=1",
      ),
    ) as Echo;
    expect(seen.url).toBe(`/_lecture05/metadata/${vpcId}/latest/meta-data/?a=1`);
    expect(seen.headers).toMatchObject({
      "x-lecture05-peer": address("1.10"),
      "x-lecture05-appliance": applianceSecret,
    });
    expect(await sh(one, "curl -s --path-as-is -o /dev/null -w '%{http_code}' http://169.254.169.254/../../x")).toBe(
      "400",
    );
  });

  it("passes requests to the AWS endpoint on as they are signed, and keeps the daemon's own paths shut", async () => {
    const seen = JSON.parse(
      await sh(
        one,
        "head -c 3000000 /dev/zero | curl -s -T - -H 'Host: bucket.example' http://169.254.169.254:4566/a%2Fb%20c?x=%20",
      ),
    ) as Echo;
    expect(seen).toMatchObject({ method: "PUT", url: "/a%2Fb%20c?x=%20", bodyBytes: 3_000_000 });
    expect(seen.headers.host).toBe("bucket.example");
    expect(seen.headers["x-lecture05-appliance"]).toBeUndefined();
    const own = "curl -s -o /dev/null -w '%{http_code}' http://169.254.169.254:4566/_lecture05/metadata/x";
    expect(await sh(one, own)).toBe("403");
  });

  it("keeps the appliance's secret out of what Docker shows of containers", async () => {
    const containers = await fixture.docker.listContainers({
      filters: { label: [`lecture05.sandbox=${fixture.sandboxId}`] },
    });
    expect(containers.length).toBeGreaterThan(2);
    const shown = await Promise.all(containers.map(({ Id }) => fixture.docker.getContainer(Id).inspect()));
    expect(JSON.stringify(shown)).not.toContain(applianceSecret);
  });

  it("lets through what a rule allows, from whom it allows, and nothing before", async () => {
    await sh(two, webServer("two", 8080));
    expect(await reaches(one, "2.10")).toBe(false);
    const started = performance.now();
    await firewall(two, rules([web(`${address("1.10")}/32`)]));
    console.log(`a firewall applied in ${Math.round(performance.now() - started)} ms`);
    expect(await reaches(one, "2.10")).toBe(true);
    await firewall(two, rules([web(`${address("9.9")}/32`), web("10.0.0.0/32")]));
    expect(await reaches(one, "2.10")).toBe(false);
    // This machine stands in for 127.0.0.1, and for the world.
    await firewall(two, rules([web("127.0.0.1/32")]));
    expect(await (await fetch(`http://${address("2.10")}:8080/`)).text()).toBe("two");
    expect(await reaches(one, "2.10")).toBe(false);
    await firewall(two, rules([web("0.0.0.0/0"), web(cidr)]));
    expect(await reaches(one, "2.10")).toBe(true);
  });

  it("closes the way out of a subnet without a route to the internet, but not to the VPC and its services", async () => {
    // TEST-NET: nobody answers there, so only the filter's counter could tell. This machine's own address does answer.
    const outside = (await fixture.docker.getNetwork("bridge").inspect()) as {
      IPAM: { Config: { Gateway?: string }[] };
    };
    const bridgeAddress = outside.IPAM.Config[0]?.Gateway ?? "172.17.0.1";
    const ping = `ping -c 1 -W 1 ${bridgeAddress} > /dev/null && echo yes || echo no`;
    expect(await sh(one, ping)).toBe("yes");
    await firewall(one, rules([], false));
    expect(await sh(one, ping)).toBe("no");
    expect(await reaches(one, "2.10")).toBe(true);
    expect(await sh(one, "curl -s -o /dev/null -w '%{http_code}' http://169.254.169.254/latest/")).toBe("200");
    await firewall(one, rules([]));
  });

  it("does not let the host's root change its filter", async () => {
    expect(await sh(one, "ip route del 169.254.169.254")).toMatch(/not permitted/);
  });

  it("keeps files and the filter over a reboot, a stop and a start", async () => {
    await firewall(two, rules([web(`${address("1.10")}/32`)]));
    await sh(two, "echo kept > /root/file");
    await runtime.rebootHost(two);
    await sh(two, `${webServer("two", 8080)}; ${webServer("two", 8081)}`);
    expect(await sh(two, "cat /root/file")).toBe("kept");
    expect(await reaches(one, "2.10")).toBe(true);
    expect(await sh(one, `curl -s -m 1 http://${address("2.10")}:8081/ || echo closed`)).toBe("closed");

    await runtime.stopHost(two);
    expect((await runtime.hostStates()).get(two)).toBe("stopped");
    // Rules that change while it is stopped hold when it starts.
    await firewall(two, rules([]));
    await fixture.docker.getContainer(`lecture05-${fixture.sandboxId}-endpoint-${vpcId}`).kill();
    await runtime.startHost(two);
    expect((await runtime.hostStates()).get(two)).toBe("running");
    expect(await sh(two, "curl -s -o /dev/null -w '%{http_code}' http://169.254.169.254/latest/")).toBe("200");
    await sh(two, webServer("two", 8080));
    expect(await reaches(one, "2.10")).toBe(false);
    expect(await sh(two, "cat /root/file")).toBe("kept");
  });

  it("keeps the client's address on the way, and the way back", async () => {
    const id = "net/e2e/fedcba9876543210";
    const loopbacks = ["127.0.66.10", "127.0.66.11"];
    const [own = "", spare = ""] = ["210.10", "211.10"].map((last) => address(last));
    const mac = macOf(own);
    await sh(two, peerServer);
    await runtime.applyFirewall(
      { kind: "load-balancer", id },
      { ...rules([{ protocol: "tcp", fromPort: 80, toPort: 80, sources: ["127.0.0.1/32"] }]), takesAnswers: true },
    );
    const through = (macs: readonly string[]): FirewallRules => ({
      ...rules([{ ...web(`${own}/32`), fromPort: 8082, toPort: 8082, through: macs }]),
      returnPaths: [{ mac, privateIp: own }],
    });
    await firewall(two, through([mac]));
    await runtime.launchLoadBalancer({
      id,
      vpcId,
      privateIps: [own, spare],
      ports: [80],
      addresses: loopbacks,
      keepsSource: true,
    });
    const configure = (keepsSource: boolean): Promise<void> => {
      const targets = [{ ip: address("2.10"), port: 8082, admitted: true }];
      const group = { name: "g", healthCheck: everyFiveSeconds, leastRequests: false, keepsSource, targets };
      const model = { listeners: [{ port: 80, backend: "g" }], groups: [group] };
      return runtime.configureLoadBalancer(id, networkConfiguration(model));
    };
    const ask = (loopback: string): Promise<string> =>
      fetch(`http://${loopback}/x`, { signal: AbortSignal.timeout(3000) }).then(
        (answer) => answer.text(),
        () => "no answer",
      );
    await configure(true);
    for (const loopback of loopbacks) expect(await ask(loopback)).toBe(gatewayOf(cidr));
    // Many at once: no answer goes astray.
    const many = await Promise.all(Array.from({ length: 40 }, (_, index) => ask(loopbacks[index % 2] ?? "")));
    expect(new Set(many)).toEqual(new Set([gatewayOf(cidr)]));
    // This machine's own connections to the host come from the same address, and are answered straight.
    await firewall(two, { ...through([mac]), inbound: [...through([mac]).inbound, web("127.0.0.1/32")] });
    await sh(two, webServer("two", 8080));
    expect(await fetch(`http://${address("2.10")}:8080/`).then((answer) => answer.text())).toBe("two");

    // Without the reference to its group the client's address is one that nobody let in.
    await firewall(two, through([]));
    expect(await ask(loopbacks[0] ?? "")).toBe("no answer");
    await configure(false);
    // The server takes one connection at a time, and one that was given up above may still be open.
    await vi.waitUntil(async () => (await ask(loopbacks[0] ?? "")) === own, { timeout: 20_000 });
    await runtime.removeLoadBalancer(id);
    await firewall(two, rules([]));
  });

  it("refuses a range that is in use", async () => {
    await expect(
      runtime.createNetwork({ vpcId: "vpc-0other", cidr: cidr.replace("0.0/16", "128.0/17") }),
    ).rejects.toMatchObject({
      name: "RangeInUseError",
    });
    // The same network again is an attempt that goes on.
    await runtime.createNetwork({ vpcId, cidr });
  });

  it("clones a host from its image, without its identity", async () => {
    await sh(two, "echo golden > /root/file");
    await runtime.captureImage(two, "ami-golden", { reboot: false });
    const clone = "i-00000000000clone";
    await runtime.launchHost({ ...spec(clone, "2.20", "echo clone > /root/mark"), imageId: "ami-golden" });
    await sh(clone, "systemctl is-system-running --wait");
    expect(await sh(clone, "cat /root/file /root/mark")).toBe("golden\nclone");
    expect(await sh(clone, "cat /etc/machine-id")).not.toBe(await sh(two, "cat /etc/machine-id"));
    expect([...(await runtime.hostStates()).keys()].sort()).toEqual([one, two, clone].sort());
    // Its name goes at once, and the rest with the last host that was made from it.
    await runtime.removeImage("ami-golden");
    expect(await sh(clone, "cat /root/mark")).toBe("clone");
    await expect(runtime.launchHost({ ...spec(clone, "2.20"), imageId: "ami-golden" })).rejects.toThrow("is gone");
    await runtime.removeHost(clone);
    expect((await runtime.inventory()).images).toEqual([]);
  });

  it("takes a host down for an image of it, and up again", async () => {
    const booted = await sh(two, "systemctl show --property UserspaceTimestampMonotonic");
    await sh(two, "echo written > /root/late");
    await runtime.captureImage(two, "ami-rebooted", { reboot: true });
    expect(await sh(two, "systemctl show --property UserspaceTimestampMonotonic")).not.toBe(booted);
    expect(await sh(two, "cat /root/late")).toBe("written");
    // The same once more, by a daemon that does not know how far another one came, changes nothing.
    await runtime.captureImage(two, "ami-rebooted", { reboot: true });
    await runtime.removeImage("ami-rebooted");
    expect((await runtime.inventory()).images).toEqual([]);
  });

  it("balances load: 503 at first, then a checked and hitless change", async () => {
    const loopback = "127.0.55.10";
    const spare = ["200.10", "201.10"].map((last) => address(last));
    await sh(two, webServer("two", 8080));
    await firewall(
      two,
      rules([{ protocol: "tcp", fromPort: 8080, toPort: 8080, sources: spare.map((ip) => `${ip}/32`) }]),
    );
    await runtime.launchLoadBalancer({ id: balancer, vpcId, privateIps: spare, ports: [80], addresses: [loopback] });
    await runtime.applyFirewall(
      { kind: "load-balancer", id: balancer },
      rules([{ protocol: "tcp", fromPort: 80, toPort: 80, sources: ["127.0.0.1/32"] }]),
    );
    const get = (): Promise<Response> => fetch(`http://${loopback}/`);
    expect((await get()).status).toBe(503);
    expect(await runtime.loadBalancerEndpoints(balancer)).toEqual(new Map([[80, { address: loopback, port: 80 }]]));

    const configuration = `defaults\n  mode http\n  option idle-close-on-response\n  timeout connect 2s\n  timeout client 5s\n  timeout server 5s
frontend f\n  bind :80\n  default_backend b\nbackend b\n  server two ${address("2.10")}:8080 check\n`;
    await runtime.configureLoadBalancer(balancer, configuration);
    expect(await (await get()).text()).toBe("two");
    expect(await runtime.loadBalancerCommand(balancer, "show stat")).toContain("b,two,");

    await expect(runtime.configureLoadBalancer(balancer, "frontend f\n  bind :80\n  nonsense\n")).rejects.toThrow(
      /unknown keyword 'nonsense'/,
    );
    await expect(
      runtime.configureLoadBalancer(balancer, configuration.replace("bind :80", "bind 192.0.2.1:80")),
    ).rejects.toThrow(/cannot bind/i);
    expect(await (await get()).text()).toBe("two");

    await fixture.docker.getContainer(`lecture05-${fixture.sandboxId}-lb-0123456789abcdef`).kill();
    await runtime.configureLoadBalancer(balancer, configuration);
    expect(await (await get()).text()).toBe("two");

    const failures: string[] = [];
    const reloads = { done: false };
    const load = (async () => {
      while (!reloads.done) {
        const status = await get().then(
          (answer) => answer.status,
          (error: Error) => `${error.message}: ${String(error.cause)}`,
        );
        if (status !== 200) failures.push(String(status));
      }
    })();
    for (let reload = 0; reload < 3; reload++) await runtime.configureLoadBalancer(balancer, configuration);
    reloads.done = true;
    await load;
    expect(failures).toEqual([]);
    // Its second address is its own as well, as in AWS one per subnet; only this machine is let in.
    expect(await sh(one, `curl -s -m 1 http://${spare[1]}/ || echo closed`)).toBe("closed");
    await runtime.applyFirewall(
      { kind: "load-balancer", id: balancer },
      rules([{ protocol: "tcp", fromPort: 80, toPort: 80, sources: ["0.0.0.0/0"] }]),
    );
    expect(await sh(one, `curl -s -m 1 http://${spare[1]}/`)).toBe("two");
  });

  it("comes back after the daemon and the containers died, on another port", async () => {
    await firewall(two, rules([{ protocol: "tcp", fromPort: 8080, toPort: 8080, sources: [cidr] }]));
    await runtime.stopHost(one);
    const { containers } = await runtime.inventory();
    // As after a crash of the machine: nothing was stopped in order.
    await Promise.all(
      containers.map((name) =>
        fixture.docker
          .getContainer(name)
          .kill()
          .catch(() => {}),
      ),
    );
    runtime = await fixture.restart();
    await runtime.reconcile(wanted());
    expect(await runtime.hostStates()).toEqual(
      new Map([
        [one, "stopped"],
        [two, "running"],
      ]),
    );
    await runtime.startHost(one);
    const seen = JSON.parse(await sh(two, "curl -s http://169.254.169.254/latest/")) as Echo;
    expect(seen.headers["x-lecture05-peer"]).toBe(address("2.10"));
    await sh(two, webServer("two", 8080));
    expect(await reaches(one, "2.10")).toBe(true);
    // And with everything running, only the port is new.
    runtime = await fixture.restart();
    await runtime.reconcile(wanted());
    expect(await sh(two, "curl -s -o /dev/null -w '%{http_code}' http://169.254.169.254/latest/")).toBe("200");
    expect(await reaches(one, "2.10")).toBe(true);
  });

  it("shows a container that was removed behind its back as absent", async () => {
    await fixture.docker.getContainer(`lecture05-${fixture.sandboxId}-${one}`).remove({ force: true });
    expect([...(await runtime.hostStates()).keys()]).toEqual([two]);
    await runtime.removeHost(one);
    await runtime.removeHost(two);
    await runtime.removeLoadBalancer(balancer);
    await runtime.removeNetwork(vpcId);
    expect(await runtime.inventory()).toEqual({ containers: [], networks: [], images: [], volumes: [] });
    expect(JSON.parse(await readFile(`${fixture.home}/firewalls.json`, "utf8"))).toEqual({ rules: {} });
  });
});

/** A state with as many hosts, and the steps, resources and modules that each of them has in a real run. */
export function stateOf(hostCount) {
  const at = "2026-01-02T03:04:05.000Z";
  const hosts = Array.from({ length: hostCount }, (_, index) => ({
    instanceId: `i-${index.toString(16).padStart(17, "0")}`,
    availabilityZone: index % 2 === 0 ? "ap-northeast-1a" : "ap-northeast-1c",
    privateIp: `10.5.${index >> 8}.${index & 255}`,
  }));
  const check = { name: "page", expected: "200", observed: "200", ok: true };
  const steps = ["ec2", "puma", "puma-socket", "nginx", "nginx-puma", "alb", "s3"];
  const levels = [0, 1, 2, 3];
  const modulesPerHost = 330;
  const installed = (level) =>
    Array.from({ length: modulesPerHost }, (_, index) => ({
      name: `lib-module-${index}`,
      version: `1.26.3-3+deb13u${index % 5 === 0 ? level : 1}`,
      manager: index % 3 === 0 ? "gem" : "apt",
      requested: index % 10 === 0,
      step: index % 2 === 0 ? "puma" : "nginx",
    }));
  return {
    schemaVersion: 3,
    stack: "lecture05",
    target: "sandbox",
    region: "ap-northeast-1",
    account: "000000000000",
    url: "http://127.0.5.10",
    createdAt: at,
    updatedAt: at,
    steps: steps.map((name) => ({
      name,
      status: "done",
      startedAt: at,
      finishedAt: at,
      durationMs: 1000,
      checks: Array.from({ length: 8 }, () => check),
    })),
    resources: hosts.map(({ instanceId }, index) => ({
      type: "ec2:instance",
      name: `host-${index + 1}`,
      step: "ec2",
      id: instanceId,
      clientToken: `lecture05-host-${index + 1}`,
      createdAt: at,
    })),
    hosts,
    // As after a rolling upgrade: not all hosts have the same versions.
    modules: levels.flatMap((level) => {
      const instances = hosts.filter((_, index) => index % levels.length === level).map(({ instanceId }) => instanceId);
      return instances.length === 0 ? [] : [{ instances, installed: installed(level) }];
    }),
    attempts: {},
  };
}

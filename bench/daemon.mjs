import { breathe } from "./commands.mjs";
import { exchange, latencies, rate } from "./http-load.mjs";
import { spread } from "./measure.mjs";
import { call, createBucket, signed } from "./sign.mjs";
import { memoryOf, openSite } from "./site.mjs";

const templates = 50;
const kilobyte = Buffer.alloc(1024, 7);

/** The daemon: how soon it answers, how long single calls take, how many it answers, what memory it holds. */
export async function daemon() {
  const site = await openSite();
  try {
    // The first start makes images where there are none.
    await site.cli("sandbox", "start");
    const starts = [];
    for (let round = 0; round < 5; round++) {
      await site.cli("sandbox", "stop");
      starts.push((await site.cli("sandbox", "start")).ms);
    }
    const running = site.daemon();
    const idle = memoryOf(running.pid);
    for (let number = 0; number < templates; number++) {
      const parameters = { LaunchTemplateName: `bench-${number}`, "LaunchTemplateData.InstanceType": "t3.micro" };
      await exchange(call(running, "ec2", "CreateLaunchTemplate", parameters));
    }
    const s3 = (method, path, body) => signed({ ...running, service: "s3", method, path, body });
    await exchange(createBucket(running, "bench-small"));
    await exchange(s3("PUT", "/bench-small/one", kilobyte));
    const operations = {
      "ec2 DescribeInstances": call(running, "ec2", "DescribeInstances"),
      "ec2 DescribeLaunchTemplates, 50": call(running, "ec2", "DescribeLaunchTemplates"),
      "elb DescribeLoadBalancers": call(running, "elasticloadbalancing", "DescribeLoadBalancers"),
      "iam ListRoles": call(running, "iam", "ListRoles"),
      "sts GetCallerIdentity": call(running, "sts", "GetCallerIdentity"),
      "ssm DescribeInstanceInformation": call(running, "ssm", "DescribeInstanceInformation"),
      "s3 GetObject, 1 KB": s3("GET", "/bench-small/one"),
      "s3 PutObject, 1 KB, on disk": s3("PUT", "/bench-small/one", kilobyte),
    };
    const rows = [{ name: "sandbox start", unit: "ms", ...spread(starts), atMost: { value: 1000 } }];
    for (const [name, target] of Object.entries(operations)) {
      await breathe();
      rows.push({ name, unit: "ms", ...spread(await latencies(target, 200)) });
    }
    const rates = [];
    for (let round = 0; round < 5; round++) {
      await breathe();
      rates.push(await rate(operations["ec2 DescribeInstances"], { count: 2000, connections: 8 }));
    }
    rows.push({ name: "describe calls a second", unit: "1/s", ...spread(rates), atLeast: { value: 1000 } });
    const busy = memoryOf(running.pid);
    const same = (value) => spread([value]);
    rows.push({ name: "daemon's memory, idle", unit: "MB", ...same(idle.now) });
    rows.push({ name: "daemon's memory, most", unit: "MB", ...same(busy.most) });
    return rows;
  } finally {
    await site.close();
  }
}

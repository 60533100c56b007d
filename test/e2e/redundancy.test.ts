import { afterAll, beforeAll } from "vitest";
import { InstalledPackage } from "../support/installed-package.ts";
import { backup, backupsEnd, backupsOutlive, imagesOfHosts } from "./large-stack/backup.ts";
import { database } from "./large-stack/database.ts";
import { deploysToOne, deploysToTwo } from "./large-stack/deploys.ts";
import { drills } from "./large-stack/drills.ts";
import { end } from "./large-stack/end.ts";
import { largeStackOf, type LargeStack } from "./large-stack/large-stack.ts";
import { networkLoadBalancer } from "./large-stack/nlb.ts";
import { twoHosts } from "./large-stack/two-hosts.ts";

// One stack that grows: with a database, then with a second host. What needs either is shown on it, a part a file.

let stack: LargeStack;

beforeAll(async () => {
  const tool = await InstalledPackage.install("large");
  stack = largeStackOf(tool);
  await tool.ok("up");
});
afterAll(() => stack.tool.remove());

const large = (): LargeStack => stack;

// One host, at first with SQLite.
deploysToOne(large);
database(large);

// Two hosts.
twoHosts(large);
drills(large);
deploysToTwo(large);

backup(large);

end(large);

// A new stack with another load balancer, restored from the backups of the one that is gone.
backupsOutlive(large);
networkLoadBalancer(large);
imagesOfHosts(large);
backupsEnd(large);

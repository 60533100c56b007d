import { CreateTagsCommand, EC2Client } from "@aws-sdk/client-ec2";
import { somebody, type DoubleCloud } from "../support/double-cloud.ts";

/** More than one host: made, worked on, replaced by those of a new image, and one more. `note`: before things go. */
export async function twoHosts(
  cloud: DoubleCloud,
  run: (line: string) => Promise<string>,
  note: () => void,
): Promise<void> {
  cloud.hurry(6);
  note();
  // The group gets the end that the stack has, and loses it.
  await run("up --hosts 2 --yes --json");
  note();
  await run("up --ttl none --yes --json");
  await run("verify ec2 --break --yes --json");
  note();
  await run("drill database --rate 5 --seconds 10 --yes --json");
  // The network ACL is there for a moment only.
  const noting = setInterval(note, 50);
  await run("drill az --rate 5 --seconds 10 --yes --json").finally(() => clearInterval(noting));
  await installSomething(cloud);
  await run("up --yes --json");
  await run("scale 3 --yes --json");
}

/** A mark that the image does not bear, as of a step that has run on the hosts since. */
async function installSomething(cloud: DoubleCloud): Promise<void> {
  const ec2 = new EC2Client({ ...cloud.clientConfig, customUserAgent: somebody });
  const hosts = Object.values(cloud.world.ec2.data.instances).filter(({ state }) => state === "running");
  const Tags = [{ Key: "lecture05:recipe:extra", Value: "new" }];
  await ec2.send(new CreateTagsCommand({ Resources: hosts.map(({ id }) => id), Tags }));
  ec2.destroy();
}

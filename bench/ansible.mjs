import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "./commands.mjs";
import { ensureProgram } from "./debian.mjs";
import { byHand, factsOf, openHandHost } from "./hand-host.mjs";

const application = fileURLToPath(new URL("../app", import.meta.url));

const packages = "dpkg-query -W -f '${Package}\\n'";
/** Debian's cloud images have it, so it is no part of the comparison. Afterwards the lists are as old as on a new host. */
const python = `export DEBIAN_FRONTEND=noninteractive
apt-get -q update >&2
apt-get -q -y install --no-install-recommends python3 python3-apt >&2
touch -d '2 hours ago' /var/lib/apt/lists`;

/** The four stages by by-hand/playbook.yml, in seconds: first run and a run that changes nothing; and the host's facts. */
export async function ansible({ image, cache, release, root }) {
  const program = await ensureProgram("/usr/bin/ansible-playbook", "ansible-core");
  const archive = join(root, "app.tar.gz");
  await run("sh", ["-c", `"$0" "$1" >"$2"`, byHand("pack-app.sh"), application, archive]);
  const host = await openHandHost({ image, cache });
  try {
    const shell = (text) => host.exec(["sh", "-euc", text]);
    const before = (await shell(packages)).stdout.split("\n");
    await shell(python);
    const after = (await shell(packages)).stdout.split("\n");
    const variables = ["-e", `release=${release}`, "-e", `archive=${archive}`];
    const env = { ...process.env, ANSIBLE_CONFIG: byHand("ansible.cfg"), ANSIBLE_LOCAL_TEMP: join(root, "ansible"), LC_ALL: "C.UTF-8" };
    const play = async () => {
      const args = ["-i", `${host.name},`, "-c", "docker_exec", ...variables, byHand("playbook.yml")];
      const { ms, stdout } = await run(program, args, { env });
      return { seconds: ms / 1000, changed: Number(/changed=(\d+)/.exec(stdout)[1]) };
    };
    const first = await play();
    const again = await play();
    if (first.changed === 0 || again.changed !== 0) {
      throw new Error(`Ansible changed ${first.changed} things in its first run and ${again.changed} in its second`);
    }
    const facts = await factsOf(host.name);
    return { first: first.seconds, again: again.seconds, facts, mayHave: after.filter((name) => !before.includes(name)) };
  } finally {
    await host.close();
  }
}

import { describe, expect, it } from "vitest";
import { backup } from "../../../src/steps/backup.ts";
import { destroyBackup } from "../../../src/steps/backup/destroy.ts";
import { beginHostImage, keepHostImage, lacksImage } from "../../../src/steps/backup/host-image.ts";
import { imagesKept } from "../../../src/steps/backup/settings.ts";
import { redundancy } from "../../../src/steps/redundancy.ts";
import type { Check } from "../../../src/steps/step.ts";
import { startScene } from "../../support/backup-scene.ts";
import type { Stage } from "../../support/stage.ts";
import { startGroupStack } from "../redundancy/stack.ts";

const options = { keepBucket: false, deleteData: false };
const imagesOf = ({ sandbox }: Stage) => Object.values(sandbox.world.ec2.data.images);
const snapshotsOf = ({ sandbox }: Stage) => Object.values(sandbox.world.ec2.data.snapshots);

/** EC2 gives the time of an image to the second; a minute later there is an order. */
function age(stage: Stage): void {
  for (const image of imagesOf(stage)) {
    Object.assign(image, { createdAt: new Date(Date.parse(image.createdAt) - 60_000).toISOString() });
  }
}

/** As after a step that has installed something. */
const install = ({ ports }: Pick<Stage, "ports">, instanceId: string, what: string): Promise<void> =>
  ports.compute.tagInstance(instanceId, { "lecture05:recipe:puma": what });

async function backedUp() {
  const scene = await startScene();
  const { stage, host } = scene;
  const output = await backup.apply(scene.context());
  return {
    ...scene,
    install: (what: string) => install(stage, host.instanceId, what),
    look: async (): Promise<Pick<Check, "observed" | "ok"> | undefined> => {
      const found = (await backup.verify(scene.context(), output)).find(({ name }) => name === "backup-image");
      return found && { observed: found.observed, ok: found.ok };
    },
    plan: async () => (await backup.plan(scene.context())).map(({ action, subject }) => `${action} ${subject}`),
    again: () => backup.apply(scene.context()),
  };
}

describe("the image of the host", () => {
  it("is one of its disk as it is, private and encrypted, with a snapshot of the stack's", async () => {
    const { stage, host, look, again, plan } = await backedUp();
    expect(await look()).toEqual({ observed: "there, encrypted", ok: true });
    expect(imagesOf(stage)).toMatchObject([
      { sourceInstanceId: host.instanceId, state: "available", public: false, encrypted: true, reboot: false },
    ]);
    const [snapshot] = snapshotsOf(stage);
    expect(stage.sandbox.world.ec2.data.tags[snapshot?.id ?? ""]).toMatchObject({
      "lecture05:stack": "mine",
      "lecture05:step": "backup",
    });
    expect(await plan()).toEqual([]);
    await again();
    expect(imagesOf(stage)).toHaveLength(1);
    // What is written has to be on the disk before, and nothing needs to be for one that is there.
    expect(host.ran.filter((name) => name === "sync-disk")).toHaveLength(1);
  });

  it("is missed when there is none of what is on the host, and made", async () => {
    const { stage, install: put, look, plan, again } = await backedUp();
    await put("another");
    expect(await look()).toEqual({ observed: "of another state", ok: false });
    expect(await plan()).toEqual(["create ec2:image host"]);
    await again();
    expect(await look()).toEqual({ observed: "there, encrypted", ok: true });
    expect(imagesOf(stage)).toHaveLength(2);
  });

  it("is missed when somebody removed it, and made again", async () => {
    const { stage, look, again } = await backedUp();
    const [image] = imagesOf(stage);
    await stage.ports.images.deregisterImage(image?.id ?? "");
    expect(await look()).toEqual({ observed: "no image", ok: false });
    await again();
    expect(await look()).toMatchObject({ ok: true });
  });

  it("does not count when it failed, is not encrypted, or is not whole for long", async () => {
    const { stage, look, again } = await backedUp();
    const [image] = imagesOf(stage);
    if (!image) expect.fail("there is no image");
    Object.assign(image, { encrypted: false });
    expect(await look()).toEqual({ observed: "not encrypted", ok: false });
    Object.assign(image, { encrypted: true });
    image.state = "failed";
    expect(await look()).toEqual({ observed: "failed", ok: false });
    await again();
    expect(await look()).toMatchObject({ ok: true });
    // The one that failed is not kept for its age.
    expect(imagesOf(stage).map(({ state }) => state)).toEqual(["available"]);
    const [made] = imagesOf(stage);
    if (made) made.state = "pending";
    expect(await look()).toMatchObject({ ok: true });
  });

  it(`is kept for ${imagesKept} states of the host, the older ones go with their snapshots`, async () => {
    const { stage, install: put, again } = await backedUp();
    const made: string[] = [];
    for (let time = 0; time <= imagesKept; time++) {
      await put(`release ${time}`);
      age(stage);
      await again();
      made.push(imagesOf(stage).at(-1)?.id ?? "");
    }
    expect(imagesOf(stage).map(({ id }) => id)).toEqual(made.slice(-imagesKept));
    expect(snapshotsOf(stage).map(({ imageId }) => imageId)).toEqual(made.slice(-imagesKept));
    // A host that went back to one of them needs no other.
    await put(`release ${imagesKept - 1}`);
    await again();
    expect(imagesOf(stage).map(({ id }) => id)).toEqual(made.slice(-imagesKept));
  });

  it("goes with the stack, while the backups stay; also when its image went first", async () => {
    const { stage, install: put, again, context } = await backedUp();
    await put("another");
    await again();
    const [image] = imagesOf(stage);
    await stage.ports.images.deregisterImage(image?.id ?? "");
    expect(snapshotsOf(stage)).toHaveLength(2);
    const { deleted, leftovers, kept } = await backup.destroy(context(), options);
    expect([leftovers, kept]).toMatchObject([[], [{ backups: true }]]);
    expect(deleted.map(({ type }) => type)).toEqual(["ec2:image", "ec2:snapshot", "ec2:snapshot"]);
    expect([imagesOf(stage), snapshotsOf(stage)]).toEqual([[], []]);
  });
});

describe("the image of a group's hosts", () => {
  async function started() {
    const group = await startGroupStack();
    const context = () => group.session.contextFor(backup);
    const keep = async (): Promise<void> => keepHostImage(context(), await beginHostImage(context()));
    const installOnAll = async (what: string): Promise<void> => {
      for (const { instanceId } of group.session.store.state.hosts) await install(group, instanceId, what);
    };
    return { group, context, keep, installOnAll };
  }

  it("is the one that it launches them from", async () => {
    const { group, context, keep } = await started();
    await group.apply(2);
    expect(await lacksImage(context())).toBe(false);
    await keep();
    expect(imagesOf(group)).toHaveLength(1);
    // And goes with the group, not with the backups.
    expect(await destroyBackup(context(), options)).toMatchObject({ deleted: [] });
    expect(imagesOf(group)).toHaveLength(1);
  });

  it("may become that, and is not taken from under it then", async () => {
    const { group, context, keep, installOnAll } = await started();
    await group.apply(2);
    await installOnAll("with backups");
    expect(await lacksImage(context())).toBe(true);
    await keep();
    const made = imagesOf(group).at(-1)?.id;
    await group.apply();
    expect(group.session.recordOf("redundancy").output).toMatchObject({ imageId: made });
    // The golden one of before is gone; this one is for both now.
    expect(imagesOf(group).map(({ id }) => id)).toEqual([made]);
    for (let time = 0; time <= imagesKept; time++) {
      await installOnAll(`release ${time}`);
      age(group);
      await keep();
    }
    expect(imagesOf(group).map(({ id }) => id)).toContain(made);
    expect(imagesOf(group)).toHaveLength(imagesKept + 1);
    const { deleted } = await destroyBackup(context(), options);
    expect(deleted.filter(({ type }) => type === "ec2:image")).toHaveLength(imagesKept);
    expect(imagesOf(group).map(({ id }) => id)).toEqual([made]);
    // In the order of a whole destroy nothing stays.
    await redundancy.destroy(group.session.contextFor(redundancy), options);
    group.session.recordOf("redundancy").output = undefined;
    await destroyBackup(context(), options);
    expect([imagesOf(group), snapshotsOf(group)]).toEqual([[], []]);
  });
});

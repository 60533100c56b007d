import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createClients, type Clients } from "../../src/aws/clients.ts";
import { createIdentity } from "../../src/aws/identity.ts";
import type { Identity, PolicyDocument } from "../../src/ports/identity.ts";
import { iamService } from "../../src/sandbox/iam/service.ts";
import { stsService } from "../../src/sandbox/sts/service.ts";
import { startTestSandbox, type TestSandbox } from "../support/sandbox.ts";

let sandbox: TestSandbox;
let clients: Clients;
let identity: Identity;

beforeEach(async () => {
  sandbox = await startTestSandbox({ services: [iamService, stsService] });
  const { region, endpoint, credentials } = sandbox.clientConfig();
  clients = createClients({ region, endpoint, credentials });
  identity = createIdentity(clients);
});
afterEach(async () => {
  clients.destroy();
  await sandbox.stop();
});

const mine = { stack: "mine", step: "ec2", name: "role" } as const;
const theirs = { ...mine, stack: "theirs" };
const trust: PolicyDocument = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
};
const uploads: PolicyDocument = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "s3:PutObject", Resource: "arn:aws:s3:::b/日本/*" }],
};
const managed = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore";

describe("identity", () => {
  it("tells the caller", async () => {
    expect(await identity.caller()).toEqual({ account: "000000000000", arn: "arn:aws:iam::000000000000:root" });
  });

  it("creates a role once and finds it with what hangs on it", async () => {
    expect(await identity.findRole("mine", "mine-host")).toBeUndefined();
    const created = await identity.createRole(mine, "mine-host", trust);
    await identity.attachManagedPolicy("mine-host", managed);
    await identity.attachManagedPolicy("mine-host", managed);
    await identity.putInlinePolicy("mine-host", "uploads", uploads);
    const found = await identity.findRole("mine", "mine-host");
    expect(found).toEqual({ ...created, managedPolicies: [managed], inlinePolicies: ["uploads"] });
    expect(await identity.createRole(mine, "mine-host", trust)).toEqual(found);
    expect(await identity.findInlinePolicy("mine-host", "uploads")).toEqual(uploads);
  });

  it("leaves what is somebody else's alone", async () => {
    await identity.createRole(theirs, "host", trust);
    expect(await identity.findRole("mine", "host")).toBeUndefined();
    await expect(identity.createRole(mine, "host", trust)).rejects.toMatchObject({
      code: "NAME_TAKEN",
    });
    await identity.createInstanceProfile(theirs, "profile");
    expect(await identity.findInstanceProfile("mine", "profile")).toBeUndefined();
    await expect(identity.createInstanceProfile(mine, "profile")).rejects.toMatchObject({
      code: "NAME_TAKEN",
    });
  });

  it("puts one role into a profile, again without harm", async () => {
    await identity.createRole(mine, "host", trust);
    const created = await identity.createInstanceProfile(mine, "profile");
    expect(created.roleNames).toEqual([]);
    await identity.addRoleToInstanceProfile("profile", "host");
    await identity.addRoleToInstanceProfile("profile", "host");
    expect(await identity.createInstanceProfile(mine, "profile")).toEqual({ ...created, roleNames: ["host"] });
  });

  it("deletes everything whatever hangs on it, and takes absent for done", async () => {
    await identity.createRole(mine, "host", trust);
    await identity.attachManagedPolicy("host", managed);
    await identity.putInlinePolicy("host", "uploads", uploads);
    await identity.putInlinePolicy("host", "logs", uploads);
    expect(await identity.deleteInlinePolicy("host", "logs")).toBe("deleted");
    expect(await identity.deleteInlinePolicy("host", "logs")).toBe("absent");
    expect(await identity.findInlinePolicy("host", "logs")).toBeUndefined();
    await identity.createInstanceProfile(mine, "profile");
    await identity.addRoleToInstanceProfile("profile", "host");
    expect(await identity.deleteRole("host")).toBe("deleted");
    expect(await identity.deleteRole("host")).toBe("absent");
    expect(await identity.deleteInlinePolicy("host", "uploads")).toBe("absent");
    expect((await identity.findInstanceProfile("mine", "profile"))?.roleNames).toEqual([]);
    expect(await identity.deleteInstanceProfile("profile")).toBe("deleted");
    expect(await identity.deleteInstanceProfile("profile")).toBe("absent");
  });

  it("empties a profile before it deletes it", async () => {
    await identity.createRole(mine, "host", trust);
    await identity.createInstanceProfile(mine, "profile");
    await identity.addRoleToInstanceProfile("profile", "host");
    expect(await identity.deleteInstanceProfile("profile")).toBe("deleted");
    expect(await identity.deleteRole("host")).toBe("deleted");
  });
});

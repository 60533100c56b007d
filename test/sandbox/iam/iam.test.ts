import {
  AddRoleToInstanceProfileCommand,
  AttachRolePolicyCommand,
  CreateInstanceProfileCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  DeleteConflictException,
  DeleteInstanceProfileCommand,
  DeletePolicyCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  EntityAlreadyExistsException,
  GetInstanceProfileCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  LimitExceededException,
  ListAttachedRolePoliciesCommand,
  ListInstanceProfilesCommand,
  ListInstanceProfilesForRoleCommand,
  ListInstanceProfileTagsCommand,
  ListRolePoliciesCommand,
  ListRolesCommand,
  ListRoleTagsCommand,
  MalformedPolicyDocumentException,
  NoSuchEntityException,
  PutRolePolicyCommand,
  RemoveRoleFromInstanceProfileCommand,
  TagInstanceProfileCommand,
  TagRoleCommand,
  UpdateAssumeRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { authorize } from "../../../src/sandbox/iam/authorize.ts";
import { iamService } from "../../../src/sandbox/iam/service.ts";
import { createIamStore } from "../../../src/sandbox/iam/store.ts";
import { awscli } from "../../support/awscli.ts";
import { startTestSandbox, type TestSandbox } from "../../support/sandbox.ts";

let sandbox: TestSandbox;
let iam: IAMClient;

beforeEach(async () => {
  sandbox = await startTestSandbox({ services: [iamService] });
  iam = new IAMClient(sandbox.clientConfig());
});
afterEach(async () => {
  iam.destroy();
  await sandbox.stop();
});

const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
});
const writeUploads = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "s3:PutObject", Resource: "arn:aws:s3:::b/uploads/*" }],
});
const managed = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore";
const role = { RoleName: "host" };
const profile = { InstanceProfileName: "host-profile" };

async function createRole(RoleName = "host"): Promise<void> {
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust }));
}

describe("roles", () => {
  it("are created, read, tagged, listed and deleted", async () => {
    const Tags = [{ Key: "lecture05:stack", Value: "s" }];
    const created = await iam.send(new CreateRoleCommand({ ...role, AssumeRolePolicyDocument: trust, Tags }));
    expect(created.Role).toMatchObject({ Arn: "arn:aws:iam::000000000000:role/host", Path: "/", Tags });
    expect(created.Role?.RoleId).toMatch(/^AROA[A-Z2-7]{16}$/);
    const { Role } = await iam.send(new GetRoleCommand({ RoleName: "HOST" }));
    expect(JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ""))).toEqual(JSON.parse(trust));
    expect(Role?.CreateDate).toBeInstanceOf(Date);
    await iam.send(
      new TagRoleCommand({
        ...role,
        Tags: [
          { Key: "lecture05:stack", Value: "t" },
          { Key: "x", Value: "" },
        ],
      }),
    );
    expect((await iam.send(new ListRoleTagsCommand(role))).Tags).toEqual([
      { Key: "lecture05:stack", Value: "t" },
      { Key: "x", Value: "" },
    ]);
    await iam.send(new UpdateAssumeRolePolicyCommand({ ...role, PolicyDocument: trust.replace("ec2", "lambda") }));
    expect(
      decodeURIComponent((await iam.send(new GetRoleCommand(role))).Role?.AssumeRolePolicyDocument ?? ""),
    ).toContain("lambda");
    await iam.send(new DeleteRoleCommand(role));
    await expect(iam.send(new GetRoleCommand(role))).rejects.toBeInstanceOf(NoSuchEntityException);
    await expect(iam.send(new DeleteRoleCommand(role))).rejects.toBeInstanceOf(NoSuchEntityException);
  });

  it("are paged", async () => {
    for (const name of ["c", "a", "b"]) await createRole(name);
    const first = await iam.send(new ListRolesCommand({ MaxItems: 2 }));
    expect(first.Roles?.map(({ RoleName }) => RoleName)).toEqual(["a", "b"]);
    expect(first.IsTruncated).toBe(true);
    const second = await iam.send(new ListRolesCommand({ MaxItems: 2, Marker: first.Marker }));
    expect(second.Roles?.map(({ RoleName }) => RoleName)).toEqual(["c"]);
    expect(second.IsTruncated).toBe(false);
    expect(second.Marker).toBeUndefined();
  });

  it("refuse what IAM refuses", async () => {
    await createRole();
    await expect(createRole("Host")).rejects.toBeInstanceOf(EntityAlreadyExistsException);
    await expect(createRole("no spaces")).rejects.toMatchObject({ name: "ValidationError" });
    await expect(createRole("x".repeat(65))).rejects.toMatchObject({ name: "ValidationError" });
    const malformed = new CreateRoleCommand({ RoleName: "m", AssumeRolePolicyDocument: writeUploads });
    await expect(iam.send(malformed)).rejects.toBeInstanceOf(MalformedPolicyDocumentException);
    await expect(createRole("__proto__")).resolves.toBeUndefined();
    await expect(iam.send(new GetRoleCommand({ RoleName: "constructor" }))).rejects.toBeInstanceOf(
      NoSuchEntityException,
    );
  });

  it("are not deleted while something hangs on them", async () => {
    await createRole();
    await iam.send(new PutRolePolicyCommand({ ...role, PolicyName: "p", PolicyDocument: writeUploads }));
    await expect(iam.send(new DeleteRoleCommand(role))).rejects.toBeInstanceOf(DeleteConflictException);
    await iam.send(new DeleteRolePolicyCommand({ ...role, PolicyName: "p" }));
    await iam.send(new AttachRolePolicyCommand({ ...role, PolicyArn: managed }));
    await expect(iam.send(new DeleteRoleCommand(role))).rejects.toBeInstanceOf(DeleteConflictException);
    await iam.send(new DetachRolePolicyCommand({ ...role, PolicyArn: managed }));
    await iam.send(new CreateInstanceProfileCommand(profile));
    await iam.send(new AddRoleToInstanceProfileCommand({ ...profile, ...role }));
    await expect(iam.send(new DeleteRoleCommand(role))).rejects.toBeInstanceOf(DeleteConflictException);
    await iam.send(new RemoveRoleFromInstanceProfileCommand({ ...profile, ...role }));
    await iam.send(new DeleteRoleCommand(role));
  });
});

describe("policies of a role", () => {
  it("are put, replaced, read, listed and deleted", async () => {
    await createRole();
    const name = { ...role, PolicyName: "uploads" };
    await iam.send(new PutRolePolicyCommand({ ...name, PolicyDocument: writeUploads }));
    await iam.send(
      new PutRolePolicyCommand({ ...name, PolicyDocument: writeUploads.replace("PutObject", "GetObject") }),
    );
    const read = await iam.send(new GetRolePolicyCommand(name));
    expect(read.PolicyDocument).not.toContain("{");
    expect(decodeURIComponent(read.PolicyDocument ?? "")).toContain("s3:GetObject");
    expect((await iam.send(new ListRolePoliciesCommand(role))).PolicyNames).toEqual(["uploads"]);
    const wrong = new PutRolePolicyCommand({ ...name, PolicyDocument: "{" });
    await expect(iam.send(wrong)).rejects.toBeInstanceOf(MalformedPolicyDocumentException);
    const big = writeUploads.replace("uploads/*", "x".repeat(10_300));
    const tooBig = new PutRolePolicyCommand({ ...name, PolicyDocument: big });
    await expect(iam.send(tooBig)).rejects.toBeInstanceOf(LimitExceededException);
    await iam.send(new DeleteRolePolicyCommand(name));
    await expect(iam.send(new DeleteRolePolicyCommand(name))).rejects.toBeInstanceOf(NoSuchEntityException);
    await expect(iam.send(new GetRolePolicyCommand(name))).rejects.toBeInstanceOf(NoSuchEntityException);
  });

  it("are attached by ARN, twice without harm", async () => {
    await createRole();
    await iam.send(new AttachRolePolicyCommand({ ...role, PolicyArn: managed }));
    await iam.send(new AttachRolePolicyCommand({ ...role, PolicyArn: managed }));
    expect((await iam.send(new ListAttachedRolePoliciesCommand(role))).AttachedPolicies).toEqual([
      { PolicyArn: managed, PolicyName: "AmazonSSMManagedInstanceCore" },
    ]);
    const unknown = new AttachRolePolicyCommand({ ...role, PolicyArn: `${managed}X` });
    await expect(iam.send(unknown)).rejects.toBeInstanceOf(NoSuchEntityException);
    const own = await iam.send(new CreatePolicyCommand({ PolicyName: "own", PolicyDocument: writeUploads }));
    const arn = { PolicyArn: own.Policy?.Arn };
    await iam.send(new AttachRolePolicyCommand({ ...role, ...arn }));
    expect((await iam.send(new GetPolicyCommand(arn))).Policy?.AttachmentCount).toBe(1);
    const version = await iam.send(new GetPolicyVersionCommand({ ...arn, VersionId: "v1" }));
    expect(decodeURIComponent(version.PolicyVersion?.Document ?? "")).toBe(writeUploads);
    await expect(iam.send(new DeletePolicyCommand(arn))).rejects.toBeInstanceOf(DeleteConflictException);
    await iam.send(new DetachRolePolicyCommand({ ...role, ...arn }));
    await iam.send(new DeletePolicyCommand(arn));
    await expect(iam.send(new DetachRolePolicyCommand({ ...role, ...arn }))).rejects.toBeInstanceOf(
      NoSuchEntityException,
    );
  });

  it("decide what the role may do", async () => {
    await createRole();
    const caller = { accessKeyId: "ASIA", arn: "arn:aws:sts::000000000000:assumed-role/host/i-1", roleName: "host" };
    const may = (action: string, resource: string) => authorize(sandbox.world, caller, action, resource);
    expect(may("s3:PutObject", "arn:aws:s3:::b/uploads/a")).toBe("implicit-deny");
    await iam.send(new PutRolePolicyCommand({ ...role, PolicyName: "p", PolicyDocument: writeUploads }));
    expect(may("s3:PutObject", "arn:aws:s3:::b/uploads/a")).toBe("allow");
    expect(may("s3:PutObject", "arn:aws:s3:::b/logs/a")).toBe("implicit-deny");
    await iam.send(new AttachRolePolicyCommand({ ...role, PolicyArn: managed }));
    expect(may("ssm:GetParameter", "*")).toBe("allow");
    expect(may("ec2:TerminateInstances", "*")).toBe("implicit-deny");
    const root = { accessKeyId: "AKIA", arn: "arn:aws:iam::000000000000:root" };
    expect(authorize(sandbox.world, root, "ec2:TerminateInstances", "*")).toBe("allow");
  });
});

describe("instance profiles", () => {
  it("hold one role", async () => {
    await createRole();
    await createRole("other");
    const created = await iam.send(new CreateInstanceProfileCommand({ ...profile, Tags: [{ Key: "k", Value: "v" }] }));
    expect(created.InstanceProfile).toMatchObject({
      Arn: "arn:aws:iam::000000000000:instance-profile/host-profile",
      Roles: [],
      Tags: [{ Key: "k", Value: "v" }],
    });
    await iam.send(new AddRoleToInstanceProfileCommand({ ...profile, ...role }));
    const again = iam.send(new AddRoleToInstanceProfileCommand({ ...profile, RoleName: "other" }));
    await expect(again).rejects.toBeInstanceOf(LimitExceededException);
    const read = await iam.send(new GetInstanceProfileCommand(profile));
    expect(read.InstanceProfile?.Roles?.map(({ RoleName }) => RoleName)).toEqual(["host"]);
    await iam.send(new TagInstanceProfileCommand({ ...profile, Tags: [{ Key: "l", Value: "w" }] }));
    expect((await iam.send(new ListInstanceProfileTagsCommand(profile))).Tags).toHaveLength(2);
    expect((await iam.send(new ListInstanceProfilesCommand({}))).InstanceProfiles).toHaveLength(1);
    expect((await iam.send(new ListInstanceProfilesForRoleCommand(role))).InstanceProfiles).toHaveLength(1);
    expect((await iam.send(new ListInstanceProfilesForRoleCommand({ RoleName: "other" }))).InstanceProfiles).toEqual(
      [],
    );
    await expect(iam.send(new DeleteInstanceProfileCommand(profile))).rejects.toBeInstanceOf(DeleteConflictException);
    await iam.send(new RemoveRoleFromInstanceProfileCommand({ ...profile, ...role }));
    const removed = iam.send(new RemoveRoleFromInstanceProfileCommand({ ...profile, ...role }));
    await expect(removed).rejects.toBeInstanceOf(NoSuchEntityException);
    await iam.send(new DeleteInstanceProfileCommand(profile));
    await expect(iam.send(new GetInstanceProfileCommand(profile))).rejects.toBeInstanceOf(NoSuchEntityException);
  });
});

describe("the store", () => {
  it("is on disk when an answer is there", async () => {
    await createRole();
    const reread = createIamStore(sandbox.home);
    expect(Object.values(reread.data.roles).map(({ name }) => name)).toEqual(["host"]);
    expect(reread.rootCredentials).toEqual(sandbox.world.iam.rootCredentials);
  });
});

describe("awscli, as a client that is not ours", () => {
  it("agrees about roles and errors", async () => {
    const document = ["--assume-role-policy-document", trust];
    const created = await awscli(sandbox, "iam", "create-role", "--role-name", "cli", ...document);
    expect(created.Role).toMatchObject({
      Arn: "arn:aws:iam::000000000000:role/cli",
      AssumeRolePolicyDocument: JSON.parse(trust) as object,
    });
    const tags = await awscli(sandbox, "iam", "list-role-tags", "--role-name", "cli");
    expect(tags).toMatchObject({ Tags: [], IsTruncated: false });
    const missing = awscli(sandbox, "iam", "get-role", "--role-name", "none");
    await expect(missing).rejects.toMatchObject({ stderr: expect.stringContaining("NoSuchEntity") as string });
  });
});

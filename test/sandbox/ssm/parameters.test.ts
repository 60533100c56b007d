import {
  AddTagsToResourceCommand,
  DeleteParameterCommand,
  DeleteParametersCommand,
  DescribeParametersCommand,
  GetParameterCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  ListTagsForResourceCommand,
  PutParameterCommand,
  RemoveTagsFromResourceCommand,
} from "@aws-sdk/client-ssm";
import { expect, it } from "vitest";
import { startSsmSandbox } from "./ssm-sandbox.ts";

const debian = "/aws/service/debian/release/13/latest";

it("has Debian's public parameters", async () => {
  const { ssm } = await startSsmSandbox();
  const { Parameter } = await ssm.send(new GetParameterCommand({ Name: `${debian}/amd64` }));
  expect(Parameter?.Value).toMatch(/^ami-[0-9a-f]{17}$/);
  const { Parameters } = await ssm.send(new GetParametersByPathCommand({ Path: debian }));
  expect(Parameters?.map(({ Name }) => Name)).toEqual([`${debian}/amd64`, `${debian}/arm64`]);
  const put = new PutParameterCommand({ Name: `${debian}/mine`, Value: "v", Type: "String" });
  await expect(ssm.send(put)).rejects.toMatchObject({ name: "AccessDeniedException" });
});

it("keeps parameters, with secrets sealed unless asked for", async () => {
  const { ssm } = await startSsmSandbox();
  const put = (Value: string, Overwrite = false) =>
    ssm.send(new PutParameterCommand({ Name: "/app/key", Value, Type: "SecureString", Overwrite }));
  expect((await put("one")).Version).toBe(1);
  await expect(put("two")).rejects.toMatchObject({ name: "ParameterAlreadyExists" });
  expect((await put("two", true)).Version).toBe(2);
  const read = async (WithDecryption: boolean) =>
    (await ssm.send(new GetParameterCommand({ Name: "/app/key", WithDecryption }))).Parameter?.Value;
  expect(await read(true)).toBe("two");
  expect(await read(false)).not.toContain("two");
  const several = await ssm.send(new GetParametersCommand({ Names: ["/app/key", "/app/other"] }));
  expect(several.InvalidParameters).toEqual(["/app/other"]);
  await ssm.send(new DeleteParameterCommand({ Name: "/app/key" }));
  await expect(read(true)).rejects.toMatchObject({ name: "ParameterNotFound" });
});

it("finds parameters by their tags, and never lists a value", async () => {
  const { ssm } = await startSsmSandbox();
  const put = (Name: string, stack: string) =>
    ssm.send(
      new PutParameterCommand({
        Name,
        Value: "a long secret value",
        Type: "SecureString",
        Tags: [{ Key: "stack", Value: stack }],
      }),
    );
  await put("/app/one/password", "one");
  await put("/app/two/password", "two");
  const find = async (Key: string, Values: string[], Option?: string) => {
    const filter = { Key, Values, ...(Option ? { Option } : {}) };
    const answer = await ssm.send(new DescribeParametersCommand({ ParameterFilters: [filter] }));
    expect(JSON.stringify(answer)).not.toContain("a long secret value");
    return answer.Parameters?.map(({ Name }) => Name);
  };
  expect(await find("tag:stack", ["one"])).toEqual(["/app/one/password"]);
  expect(await find("tag:stack", ["none"])).toEqual([]);
  expect(await find("Name", ["/app/two"], "BeginsWith")).toEqual(["/app/two/password"]);
  expect(await find("Path", ["/app"])).toEqual([]);
  expect(await find("Path", ["/app"], "Recursive")).toHaveLength(2);
  expect(await find("Type", ["String"])).toEqual([]);
  await expect(find("Colour", ["red"])).rejects.toMatchObject({ name: "InvalidFilterKey" });

  const deleted = await ssm.send(new DeleteParametersCommand({ Names: ["/app/one/password", "/app/none"] }));
  expect(deleted).toMatchObject({ DeletedParameters: ["/app/one/password"], InvalidParameters: ["/app/none"] });
  expect(await find("tag:stack", ["one"])).toEqual([]);
});

it("changes tags, and refuses those of what is not there", async () => {
  const { ssm } = await startSsmSandbox();
  const about = { ResourceType: "Parameter", ResourceId: "/app/key" } as const;
  const Tags = [{ Key: "a", Value: "1" }];
  const add = () => ssm.send(new AddTagsToResourceCommand({ ...about, Tags }));
  const tags = async () => (await ssm.send(new ListTagsForResourceCommand(about))).TagList;
  await expect(add()).rejects.toMatchObject({ name: "InvalidResourceId" });
  await ssm.send(new PutParameterCommand({ Name: "/app/key", Value: "v", Type: "String" }));
  expect(await tags()).toEqual([]);
  await add();
  expect(await tags()).toEqual(Tags);
  // A new value leaves them; together with it none can be given.
  await ssm.send(new PutParameterCommand({ Name: "/app/key", Value: "w", Overwrite: true }));
  expect(await tags()).toEqual(Tags);
  const both = new PutParameterCommand({ Name: "/app/key", Value: "x", Overwrite: true, Tags });
  await expect(ssm.send(both)).rejects.toMatchObject({ name: "ValidationException" });
  await ssm.send(new RemoveTagsFromResourceCommand({ ...about, TagKeys: ["a"] }));
  expect(await tags()).toEqual([]);
  const other = new AddTagsToResourceCommand({ ResourceType: "Document", ResourceId: "mine", Tags });
  await expect(ssm.send(other)).rejects.toMatchObject({ name: "InvalidResourceType" });
});

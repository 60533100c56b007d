import {
  DeleteParameterCommand,
  GetParameterCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  PutParameterCommand,
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

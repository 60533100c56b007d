import { describe, expect, it } from "vitest";
import { idsOf, recordedButGone } from "../../src/diagram/recorded-but-gone.ts";
import type { Observed } from "../../src/steps/ec2/observe.ts";
import type { State } from "../../src/state/schema.ts";
import { sampleState } from "../cli/support/state.ts";

const resource = (type: State["resources"][number]["type"], id?: string): State["resources"][number] => ({
  type,
  name: type,
  step: "ec2",
  clientToken: "t",
  createdAt: "",
  ...(id ? { id } : {}),
});
const groups = [{ id: "sg-1" }] as unknown as Observed["groups"];

describe("what only the state has", () => {
  it("is told by type and id", () => {
    const state = sampleState({
      resources: [
        resource("ec2:vpc", "vpc-1"),
        resource("ec2:security-group", "sg-1"),
        resource("ec2:subnet", "subnet-1"),
      ],
    });
    const present = new Set(idsOf({ vpc: { id: "vpc-1" }, groups }));
    expect(recordedButGone(state, present)).toEqual([{ type: "ec2:subnet", id: "subnet-1" }]);
    expect(recordedButGone(state, new Set([...present, "subnet-1"]))).toEqual([]);
  });

  it("leaves out what has no id yet, what is not looked for, and instances, which are told of as hosts", () => {
    const resources = [resource("s3:bucket"), resource("ec2:volume", "vol-1"), resource("ec2:instance", "i-1")];
    expect(recordedButGone(sampleState({ resources }), new Set())).toEqual([]);
    expect(recordedButGone(undefined, new Set())).toEqual([]);
  });
});

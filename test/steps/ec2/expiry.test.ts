import { expect, it } from "vitest";
import type { GroupEnd } from "../../../src/ports/auto-scaling.ts";
import type { Instance } from "../../../src/ports/compute.ts";
import { expiryTag } from "../../../src/ports/expiry.ts";
import { ensureExpiry } from "../../../src/steps/ec2/expiry.ts";
import type { Observed } from "../../../src/steps/ec2/observe.ts";
import type { StepContext } from "../../../src/steps/step.ts";

const end = "2026-01-02T07:00:00.000Z";
const later = "2026-01-02T09:00:00.000Z";
const group = { id: "sg-1", name: "host", vpcId: "vpc-1", ingress: [] };
const host = (id: string, expiresAt?: string) =>
  ({ id, name: "host-1", state: "running", tags: expiresAt ? { [expiryTag]: expiresAt } : {} }) as unknown as Instance;

const member = (id: string, expiresAt?: string): Instance => {
  const { tags, ...rest } = host(id, expiresAt);
  return { ...rest, tags: { ...tags, "aws:autoscaling:groupName": "mine-hosts" } };
};

/** What was called, in order. `borne` is the end that the tags of the stack tell. */
async function calls(
  known: readonly Instance[],
  now: Instance,
  wanted: string | undefined,
  borne?: string,
  groupEnd?: GroupEnd,
) {
  const made: string[] = [];
  const ctx = {
    stack: "mine",
    settings: { expiresAt: wanted },
    progress: () => {},
    signal: new AbortController().signal,
    ports: {
      autoScaling: {
        findEnd: async () => groupEnd,
        setEnd: async (name: string, expiresAt?: string) => made.push(`${name} ends: ${expiresAt ?? "never"}`),
      },
      compute: { setEndsItself: async (_id: string, ends: boolean) => made.push(`ends itself: ${ends}`) },
      expiry: {
        tag: async (_stack: string, value: string | undefined) => made.push(`tag ${value ?? "never"}`),
        find: async () => borne,
      },
      shell: {
        run: async (_id: string, { name }: { name: string }) => {
          made.push(name);
          return { exitCode: 0, stdout: "", stderr: "" };
        },
      },
    },
  } as unknown as StepContext;
  const observed = { groups: [group], instances: known } as unknown as Observed;
  await ensureExpiry(ctx, observed, [now]);
  return made;
}

it("sets, moves and takes away the end of a host, the tags last", async () => {
  const set = ["ends itself: true", "set-expiry", `tag ${end}`];
  expect(await calls([host("i-1")], host("i-1"), end)).toEqual(set);
  expect(await calls([host("i-1", later)], host("i-1", later), end)).toEqual(set);
  // The timer goes first: cut short after it, the host only has no end, and is told once more.
  const cleared = ["clear-expiry", "ends itself: false", "tag never"];
  expect(await calls([host("i-1", end)], host("i-1", end), undefined)).toEqual(cleared);
  expect(await calls([host("i-1", end)], host("i-1", end), end)).toEqual([]);
  expect(await calls([host("i-1")], host("i-1"), undefined)).toEqual([]);
});

it("gives what an earlier run made the end of the host that is new in it", async () => {
  expect(await calls([], host("i-2", later), later, end)).toEqual([`tag ${later}`]);
  // An old end left there would make the stack look expired to a destroy that knows only the tags.
  expect(await calls([], host("i-2"), undefined, end)).toEqual(["tag never"]);
  expect(await calls([], host("i-2"), undefined)).toEqual([]);
});

it("moves the end of a group instead of its hosts', which it would replace", async () => {
  const known = [member("i-1", end), member("i-2", end)];
  const present: GroupEnd = { at: end, endsAll: true };
  expect(await calls(known, member("i-1", end), later, undefined, present)).toEqual([
    `mine-hosts ends: ${later}`,
    `tag ${later}`,
  ]);
  expect(await calls(known, member("i-1", end), undefined, undefined, present)).toEqual([
    "mine-hosts ends: never",
    "tag never",
  ]);
  expect(await calls(known, member("i-1", end), end, undefined, present)).toEqual([]);
  // Cut short between the two: only the tags are left to be moved.
  const moved: GroupEnd = { at: later, endsAll: true };
  expect(await calls(known, member("i-1", end), later, undefined, moved)).toEqual([`tag ${later}`]);
});

import { expect, it } from "vitest";
import { countModules, groupModules, modulesOf } from "../../src/state/modules.ts";
import type { ModuleRecord } from "../../src/state/schema.ts";

const module = (instanceId: string, name: string, version = "1"): ModuleRecord => ({
  name,
  version,
  manager: "apt",
  requested: name === "nginx",
  step: name === "nginx" ? "nginx" : "ec2",
  instanceId,
});

/** Of i-1 and i-3 the same; i-2 has another version of one module. */
const records = [
  module("i-1", "libc6"),
  module("i-1", "nginx"),
  module("i-2", "libc6"),
  module("i-2", "nginx", "2"),
  module("i-3", "libc6"),
  module("i-3", "nginx"),
];

it("writes once what hosts have in common, and nothing is lost of it", () => {
  const modules = groupModules(records);
  expect(modules.map(({ instances, installed }) => [instances, installed.map(({ version }) => version)])).toEqual([
    [
      ["i-1", "i-3"],
      ["1", "1"],
    ],
    [["i-2"], ["1", "2"]],
  ]);
  const byHost = (a: ModuleRecord, b: ModuleRecord): number => (a.instanceId < b.instanceId ? -1 : 1);
  expect(modulesOf({ modules }).toSorted(byHost)).toEqual(records);
});

it("counts every host", () => {
  const modules = groupModules(records);
  expect(countModules({ modules })).toEqual({ requested: 3, pulledIn: 3 });
  expect(countModules({ modules }, "nginx")).toEqual({ requested: 3, pulledIn: 0 });
  expect(countModules({ modules }, "puma")).toEqual({ requested: 0, pulledIn: 0 });
});

it("keeps the file of two hundred equal hosts hardly larger than their names", () => {
  const host = (index: number): ModuleRecord[] =>
    Array.from({ length: 100 }, (_, number) => module(`i-${index.toString(16).padStart(17, "0")}`, `lib-${number}`));
  const sizeOf = (hosts: number): number =>
    JSON.stringify(groupModules(Array.from({ length: hosts }, (_, index) => host(index)).flat())).length;
  expect(sizeOf(200) - sizeOf(1)).toBeLessThan(200 * 25);
});

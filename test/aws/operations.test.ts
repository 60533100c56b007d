import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { operations } from "../../src/aws/operations.ts";
import { sandboxServices } from "../../src/sandbox/create-world.ts";

/** Commands and paginators of the SDK, as the adapters' sources name them. */
function namedInAdapters(): string[] {
  const root = fileURLToPath(new URL("../../src/aws", import.meta.url));
  const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
  const names = new Set<string>();
  for (const file of files) {
    for (const [, command, paginated] of readFileSync(join(root, file), "utf8").matchAll(
      /\bnew (?:\w+\.)?([A-Z]\w+)Command\b|\bpaginate([A-Z]\w+)\b/g,
    )) {
      names.add(command ?? paginated ?? "");
    }
  }
  return [...names].toSorted();
}

it("lists exactly the operations that the adapters call", () => {
  expect([...new Set(Object.values(operations).flat())].toSorted()).toEqual(namedInAdapters());
});

it("lists nothing that the sandbox does not answer", () => {
  const signingNames: Record<string, string> = { elbv2: "elasticloadbalancing" };
  for (const [service, names] of Object.entries(operations)) {
    const answering = sandboxServices.find(({ signingName }) => signingName === (signingNames[service] ?? service));
    const actions = new Set(answering?.actions.map(({ name }) => name));
    expect(
      names.filter((name) => !actions.has(name)),
      service,
    ).toEqual([]);
  }
});

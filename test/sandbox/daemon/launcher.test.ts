import { join } from "node:path";
import { build } from "rolldown";
import { expect, it } from "vitest";

it("the launcher loads nothing but what belongs to it, because every command of the sandbox pays for it", async () => {
  const { output } = await build({
    input: join(import.meta.dirname, "../../../src/sandbox/launcher.ts"),
    platform: "node",
    write: false,
    logLevel: "silent",
  });
  const modules = output.flatMap((chunk) => (chunk.type === "chunk" ? chunk.moduleIds : []));
  expect(modules.length).toBeGreaterThan(3);
  expect(modules.filter((id) => /node_modules|\/wire\/|\/docker\//.test(id))).toEqual([]);
});

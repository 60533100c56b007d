import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { SteadyLoad, type Visit } from "../../support/steady-load.ts";
import type { LargeStack } from "./large-stack.ts";

/** What a machine carries on which other stacks are built meanwhile. The rates of the issue were measured by hand. */
const rate = 10;

interface Deployed {
  readonly release: string;
  readonly previous: string | null;
  readonly pending: unknown;
  readonly records: readonly { outcome: string; migrations: number }[];
}

/** The sample with a change. */
function changed(large: LargeStack, name: string, path: string, change: (text: string) => string): string {
  const directory = join(large.tool.root, name);
  cpSync(join(large.tool.projectDirectory, "node_modules/lecture05/app"), directory, { recursive: true });
  const file = join(directory, path);
  writeFileSync(file, change(readFileSync(file, "utf8")));
  return directory;
}

const visible = (large: LargeStack, name: string): string =>
  changed(large, name, "config/locales/ja.yml", (text) => text.replace("くだもの屋", "二号店"));

function withMigration(large: LargeStack): string {
  const directory = visible(large, "third");
  const migration = `class AddOrigin < ActiveRecord::Migration[8.1]
  def change = add_column(:fruits, :origin, :string)
end
`;
  writeFileSync(join(directory, "db/migrate/20260201000001_add_origin.rb"), migration);
  return directory;
}

/** The application that a stack has after its deploys, with one migration more than the sample. */
export const applicationAtLast = ({ tool }: LargeStack): string => join(tool.root, "third");

async function underLoad(large: LargeStack, work: () => Promise<unknown>): Promise<readonly Visit[]> {
  const { url } = await large.status();
  const load = new SteadyLoad(`${url}/?locale=ja`, rate);
  try {
    await work();
  } finally {
    await load.stop();
  }
  const outcomes: Record<string, number> = {};
  for (const { outcome } of load.visits) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  process.stdout.write(`visitors during it: ${JSON.stringify(outcomes)}\n`);
  expect(Object.keys(outcomes)).toEqual(["200"]);
  return load.visits;
}

const deployed = async ({ tool }: LargeStack): Promise<Deployed> =>
  (JSON.parse(await tool.ok("status", "--json")) as { deployment: Deployed }).deployment;
const isSecond = ({ body }: Visit): boolean => body.includes("二号店");

/** The only host: another Puma serves while its own restarts. */
export function deploysToOne(large: () => LargeStack): void {
  describe("a deploy to the only host", () => {
    it("changes what visitors see, and none of them notices; so does the way back", async () => {
      const { tool } = large();
      const forth = await underLoad(large(), () => tool.ok("deploy", "--app", visible(large(), "second")));
      expect([forth.some(isSecond), forth.some((visit) => !isSecond(visit))]).toEqual([true, true]);
      const { pending, records } = await deployed(large());
      expect([pending, records.at(-1)?.outcome]).toEqual([null, "done"]);
      const outcomes = (await tool.events("up")).flatMap((event) =>
        event.type === "step.finished" ? [event.outcome] : [],
      );
      expect(new Set(outcomes)).toEqual(new Set(["up-to-date"]));
      await underLoad(large(), () => tool.ok("rollback"));
      const { url } = await large().status();
      expect(await (await fetch(`${url}/?locale=ja`)).text()).not.toContain("二号店");
      await tool.ok("verify", "nginx-puma");
    }, 400_000);
  });
}

/** Two hosts: one after the other leaves rotation. */
export function deploysToTwo(large: () => LargeStack): void {
  describe("a deploy to two hosts", () => {
    it("changes what visitors see, and none of them notices", async () => {
      const { tool, hostIds, failing } = large();
      const before = await hostIds();
      await underLoad(large(), () => tool.ok("deploy", "--app", withMigration(large())));
      const { url } = await large().status();
      expect(await (await fetch(`${url}/?locale=ja`)).text()).toContain("二号店");
      expect(await hostIds()).toEqual(before);
      expect((await deployed(large())).records.at(-1)).toMatchObject({ outcome: "done", migrations: 1 });
      expect(await failing("redundancy")).toEqual([]);
    }, 400_000);

    it("goes back when the page of the first host is an error, and none of them notices", async () => {
      const { tool } = large();
      const index = "app/controllers/fruits_controller.rb";
      const bad = changed(large(), "bad", index, (text) =>
        text.replace("def index\n", 'def index\n    raise "broken"\n'),
      );
      const { release } = await deployed(large());
      await underLoad(large(), async () => {
        const { code, stdout, stderr } = await tool.cli("deploy", "--app", bad);
        expect([code, stderr], stdout).toEqual([1, expect.stringContaining("DEPLOY_FAILED")]);
      });
      expect(await deployed(large())).toMatchObject({ release, pending: null });
    }, 400_000);
  });
}

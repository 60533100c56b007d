import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { Image, Images } from "../../src/ports/images.ts";
import type { ObjectStorage } from "../../src/ports/object-storage.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { run } from "./support/run.ts";
import { fakeServices, type FakeServices } from "./support/services.ts";

const ids = ["2026-01-03T04-00-00Z", "2026-01-02T04-00-00Z"];

const manifestOf = (id: string, missing: number) => ({
  schemaVersion: 1,
  id,
  takenAt: id.replace(/T(\d\d)-(\d\d)-/, "T$1:$2:"),
  host: "i-1",
  database: "SQLite",
  migrations: ["1"],
  tables: [
    { name: "empty", rows: 0, digest: "e3b0c44298fc1c14" },
    { name: "fruits", rows: 2, digest: "0123456789abcdef" },
  ],
  dump: { key: `rows/${id}.ndjson.gz`, sha256: "0".repeat(64), sizeBytes: 1000 },
  inventory: { key: `inventory/${id}.ndjson.gz`, sha256: "0".repeat(64), sizeBytes: 500 },
  objects: { bucket: "pictures", count: 3, sizeBytes: 1_000_000, missing },
});

/** A bucket that holds two backups, whatever it is called; which ones were asked for is noted. */
function withBackups(services: FakeServices): string[] {
  const asked: string[] = [];
  const files = new Map<string, string>(
    ids.map((id, index) => [`manifests/${id}.json`, JSON.stringify(manifestOf(id, index))]),
  );
  const objectStorage = {
    async listObjects(bucket: string, prefix: string) {
      asked.push(bucket);
      return [...files.keys()].filter((key) => key.startsWith(prefix)).map((key) => ({ key, sizeBytes: 1 }));
    },
    getObject: async (_bucket: string, key: string) =>
      files.has(key) ? Buffer.from(files.get(key) ?? "") : key.endsWith(".gz") ? gzipSync("") : undefined,
  };
  const made = { name: "x", step: "backup", sizeGib: 20, encrypted: true, tags: {} };
  const images: Image[] = [
    { ...made, id: "ami-1", state: "available", createdAt: new Date("2026-01-02T04:00:01Z"), snapshotIds: ["snap-1"] },
    { ...made, id: "ami-2", state: "pending", createdAt: new Date("2026-01-03T04:00:01Z"), snapshotIds: ["snap-2"] },
    // The group's own, and one that cannot be used.
    { ...made, id: "ami-3", state: "available", createdAt: new Date(0), snapshotIds: [], step: "redundancy" },
    { ...made, id: "ami-4", state: "failed", createdAt: new Date(0), snapshotIds: [] },
  ];
  services.ports = {
    ...services.ports,
    objectStorage: objectStorage as unknown as ObjectStorage,
    images: { findImages: async () => images } as unknown as Images,
  };
  return asked;
}

describe("backup", () => {
  it("lists what there is, the newest first, also without a stack", async () => {
    const services = fakeServices();
    const asked = withBackups(services);
    const { exitCode, plain } = await run(["backup"], { services, cwd: temporaryDirectory() });
    expect(exitCode).toBe(0);
    expect(asked).toEqual([expect.stringMatching(/^lecture05-ap-northeast-1-[0-9a-f]{12}-backup$/)]);
    expect(plain.split("\n").slice(1, 6)).toEqual([
      "  2026-01-03T04:00:00Z  2 rows  3 pictures  1.0 MB  SQLite",
      "  2026-01-02T04:00:00Z  2 rows  3 pictures  1.0 MB  SQLite  1 more were not in the bucket",
      "Images of the host",
      "  2026-01-03T04:00:01Z  ami-2  snap-2  20 GiB  being made",
      "  2026-01-02T04:00:01Z  ami-1  snap-1  20 GiB  available",
    ]);
    const ja = await run(["backup", "--lang", "ja"], { services, cwd: temporaryDirectory() });
    expect(ja.plain).toContain("2 行  画像 3 個");
  });

  it("tells programs the same", async () => {
    const services = fakeServices();
    withBackups(services);
    const { events } = await run(["backup", "--json"], { services, cwd: temporaryDirectory() });
    expect(events).toMatchObject([
      { type: "backup", id: ids[0], rows: 2, objects: 3, missing: 0, sizeBytes: 1_001_500, database: "SQLite" },
      { type: "backup", id: ids[1], missing: 1 },
      { type: "image", id: "ami-2", state: "pending", createdAt: "2026-01-03T04:00:01Z" },
      { type: "image", id: "ami-1", state: "available", sizeGib: 20, encrypted: true, snapshots: ["snap-1"] },
    ]);
  });

  it("says that there is none, and how there comes one", async () => {
    const services = fakeServices();
    services.ports = {
      objectStorage: { listObjects: async () => [] } as unknown as ObjectStorage,
      images: { findImages: async () => [] } as unknown as Images,
    };
    const { exitCode, plain } = await run(["backup"], { services, cwd: temporaryDirectory() });
    expect(exitCode).toBe(0);
    expect(plain).toContain("lecture05 up --to backup");
  });

  it("looks into another bucket when it is named, and refuses what is no bucket's name", async () => {
    const services = fakeServices();
    const asked = withBackups(services);
    const { plain } = await run(["backup", "--bucket", "my-old-backups"], { services, cwd: temporaryDirectory() });
    expect(asked).toEqual(["my-old-backups"]);
    expect(plain).not.toContain("ami-");
    for (const name of ["Upper", "a", "a..b", "x y"]) {
      expect((await run(["backup", "--bucket", name], { services, cwd: temporaryDirectory() })).exitCode).toBe(2);
    }
  });

  it("takes none where the step was never done, and knows no other word", async () => {
    const services = fakeServices();
    const cwd = temporaryDirectory();
    expect((await run(["backup", "later"], { services, cwd })).exitCode).toBe(2);
    await run(["up", "--to", "s3"], { services, cwd });
    const { exitCode, stderr } = await run(["backup", "now"], { services, cwd });
    expect(exitCode).toBe(1);
    expect(stderr).toContain("STEP_REQUIREMENT_MISSING");
    expect(stderr).toContain("lecture05 up --to backup");
  });
});

describe("restore", () => {
  async function standing(): Promise<{ services: FakeServices; cwd: string }> {
    const services = fakeServices();
    const cwd = temporaryDirectory();
    await run(["up", "--to", "s3"], { services, cwd });
    withBackups(services);
    return { services, cwd };
  }

  const own = [{ name: "fruits", rows: 1, digest: "fedcba9876543210" }];
  const check = (ok: boolean) => [
    { name: "restored-rows", title: { en: "Rows", ja: "行" }, expected: "1", observed: ok ? "1" : "2", ok },
  ];

  /** What is in the database, and what a restore is asked for and comes to. */
  function withRows(services: FakeServices, tables: typeof own, isEqual = true): object[] {
    const asked: object[] = [];
    const backups = services.backups.bind(services);
    services.backups = async () => ({
      ...(await backups()),
      rowsNow: async () => tables,
      async restoreInto(_ctx, { bucket, manifest: { id }, overwrite }) {
        asked.push({ bucket, id, overwrite });
        return check(isEqual);
      },
    });
    return asked;
  }

  it("restores the last one into an empty database without a question", async () => {
    const { services, cwd } = await standing();
    const asked = withRows(services, []);
    const { exitCode, plain } = await run(["restore", "--bucket", "old-backups"], { services, cwd });
    expect(exitCode).toBe(0);
    expect(asked).toEqual([{ bucket: "old-backups", id: ids[0], overwrite: false }]);
    expect(plain).toContain("Restored: 2 rows and 3 pictures of 2026-01-03T04:00:00Z");
  });

  it.each([
    ["2026-01-02", ids[1]],
    ["2026-01-03T03:59:59Z", ids[1]],
    ["2026-01-03T04-00-00Z", ids[0]],
  ])("takes for %s the last one until then", async (time, id) => {
    const { services, cwd } = await standing();
    const asked = withRows(services, []);
    await run(["restore", "--from", time], { services, cwd });
    expect(asked).toMatchObject([{ id }]);
  });

  it("replaces rows only after it said so and was allowed to", async () => {
    const { services, cwd } = await standing();
    const asked = withRows(services, own);
    const declined = await run(["restore"], { services, cwd });
    expect(declined.exitCode).toBe(1);
    expect(declined.stderr).toContain("DECLINED");
    const no = await run(["restore"], { services, cwd, isTTY: true, stdin: "n\n" });
    expect(no.exitCode).toBe(1);
    expect(no.stderr).toContain("The database holds rows of its own (fruits 1).");
    expect(asked).toEqual([]);
    const yes = await run(["restore", "--yes"], { services, cwd });
    expect(yes.exitCode).toBe(0);
    expect(yes.stderr).toContain("All of them are replaced by those of 2026-01-03T04:00:00Z (2 rows).");
    expect(asked).toMatchObject([{ overwrite: true }]);
  });

  it("asks nothing where the rows are those of the backup already", async () => {
    const { services, cwd } = await standing();
    const asked = withRows(services, manifestOf("x", 0).tables);
    expect((await run(["restore"], { services, cwd })).exitCode).toBe(0);
    expect(asked).toHaveLength(1);
  });

  it("ends with 1 when what came is not what was backed up", async () => {
    const { services, cwd } = await standing();
    withRows(services, [], false);
    const { exitCode, plain } = await run(["restore"], { services, cwd });
    expect(exitCode).toBe(1);
    expect(plain).toContain("✗ Rows: 2 (expected: 1)");
    const { events } = await run(["restore", "--json"], { services, cwd });
    expect(events.at(-1)).toMatchObject({ type: "restore", ok: false, rows: 2, objects: 3 });
  });

  it.each(["yesterday", "2026", "2026-01-02 04:00", "2026-13-45", ""])("refuses the time %j", async (time) => {
    const { exitCode } = await run(["restore", "--from", time], {
      services: fakeServices(),
      cwd: temporaryDirectory(),
    });
    expect(exitCode).toBe(2);
  });

  it("wants a stack that stands", async () => {
    const services = fakeServices();
    const cwd = temporaryDirectory();
    expect((await run(["restore"], { services, cwd })).stderr).toContain("lecture05 up");
    await run(["up", "--to", "nginx"], { services, cwd });
    const { exitCode, stderr } = await run(["restore"], { services, cwd });
    expect(exitCode).toBe(1);
    expect(stderr).toContain("STEP_REQUIREMENT_MISSING");
  });

  it("says so when there is none of that time", async () => {
    const { services, cwd } = await standing();
    const { exitCode, stderr } = await run(["restore", "--from", "2025-12-31"], { services, cwd });
    expect(exitCode).toBe(1);
    expect(stderr).toContain("BACKUP_MISSING");
    expect(stderr).toContain("2026-01-02T04-00-00Z");
  });
});

describe("destroy", () => {
  const kept = { type: "s3:bucket", id: "x-backup", objects: 9, sizeBytes: 5e9, backups: true } as const;

  async function stack(): Promise<{ services: FakeServices; cwd: string; said: unknown[] }> {
    const services = fakeServices();
    services.sandboxStatus = { ...services.sandboxStatus, daemon: { pid: 1, port: 4566 } };
    const cwd = temporaryDirectory();
    await run(["up", "--to", "puma"], { services, cwd });
    services.kept = kept;
    const said: unknown[] = [];
    const [ec2] = services.toys;
    if (ec2) {
      const destroy = ec2.destroy.bind(ec2);
      ec2.destroy = async (ctx, options) => {
        said.push(options.deleteBackups);
        const outcome = await destroy(ctx, options);
        return options.deleteBackups === true ? outcome : { ...outcome, kept: [kept] };
      };
    }
    return { services, cwd, said };
  }

  it("keeps the backups by itself, says so also to --yes, and certifies it", async () => {
    const { services, cwd, said } = await stack();
    const { exitCode, plain, stderr } = await run(["destroy", "--yes"], { services, cwd });
    expect(exitCode).toBe(0);
    expect(said).toEqual([undefined]);
    expect(stderr).toContain("The backups in x-backup (9 objects, 5.0 GB) stay, for about $0 a month");
    expect(stderr).toContain("--backups delete");
    expect(plain).toContain("0 left");
    const directory = join(cwd, ".lecture05", "certificates");
    const text = readFileSync(join(directory, readdirSync(directory)[0] ?? "", "certificate.txt"), "utf8");
    expect(text).toContain("s3:bucket x-backup (9 objects, 5.0 GB, backups / バックアップ)");
    expect(text).toContain("lecture05 destroy --stack lecture05 --backups delete");
  });

  it("tells in the question what they cost on AWS", async () => {
    const services = fakeServices();
    const cwd = temporaryDirectory();
    await run(["up", "--to", "ec2", "--target", "aws", "--yes"], { services, cwd });
    services.kept = kept;
    const { stderr } = await run(["destroy"], { services, cwd, isTTY: true, stdin: "no\n" });
    expect(stderr).toContain("stay, for about $0.13 a month");
    const ja = await run(["destroy", "--lang", "ja"], { services, cwd, isTTY: true, stdin: "no\n" });
    expect(ja.stderr).toContain("月額 約 $0.13");
  });

  it("deletes them when it is told to, and says that they go", async () => {
    const { services, cwd, said } = await stack();
    const { exitCode, stderr } = await run(["destroy", "--yes", "--backups", "delete"], { services, cwd });
    expect(exitCode).toBe(0);
    expect(said).toEqual([true]);
    expect(stderr).toContain("nothing can be restored after that");
  });

  it("takes no other word", async () => {
    const { services, cwd, said } = await stack();
    expect((await run(["destroy", "--yes", "--backups", "all"], { services, cwd })).exitCode).toBe(2);
    expect(said).toEqual([]);
  });
});

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { Lecture05Error } from "../../src/errors.ts";
import { describeSelf, type LockHolder } from "../../src/state/lock-holder.ts";
import { findWorker, readLock } from "../../src/state/find-worker.ts";
import { acquireLock, type Lock } from "../../src/state/lock.ts";
import { temporaryDirectory } from "../support/temporary-directory.ts";
import { codeOf, now } from "./support.ts";

/** This process's own lock file, with changes. */
function lockedBy(directory: string, changes: Partial<LockHolder>): void {
  const holder = { ...describeSelf("lecture05 up", now), step: "puma", ...changes };
  writeFileSync(join(directory, "lock"), JSON.stringify(holder));
}

function refusal(directory: string, at = now): Lecture05Error {
  try {
    acquireLock(directory, "lecture05 destroy", at).release();
  } catch (error) {
    if (error instanceof Lecture05Error) return error;
  }
  throw new Error("the lock was given");
}

function taken(directory: string): Lock {
  const lock = acquireLock(directory, "lecture05 up", now);
  lock.release();
  return lock;
}

async function endedProcess(): Promise<number> {
  const child = spawn(process.execPath, ["-e", ""]);
  await once(child, "exit");
  return child.pid ?? 0;
}

describe("a held lock", () => {
  it("tells a second command who holds it, since when, doing what", () => {
    const directory = temporaryDirectory();
    const lock = acquireLock(directory, "lecture05 up --to alb", now);
    lock.working("nginx-puma");
    const { code, detail } = refusal(directory, new Date(now.getTime() + 185_000));
    expect(code).toBe("LOCK_HELD");
    expect(detail.what.en).toBe('Another lecture05 is working here: "lecture05 up --to alb", at step nginx-puma');
    expect(detail.what.ja).toContain("ステップ nginx-puma");
    expect(detail.why?.en).toContain(String(process.pid));
    // Local time, so without a zone.
    expect(detail.why?.en).toMatch(/since 2026-11-2\d \d\d:\d\d:00 \(3 min 05 s ago\)$/);
    expect(detail.why?.ja).toContain("3 分 05 秒前");
    expect(detail.next).toContain(`kill ${process.pid}`);
    lock.release();
    expect(readLock(directory)).toBeUndefined();
    acquireLock(directory, "lecture05 destroy", now).release();
    expect(readdirSync(directory)).toEqual([]);
  });

  it("keeps secrets of the command line to itself", () => {
    const directory = temporaryDirectory();
    const lock = acquireLock(directory, "lecture05 up --app postgres://me:hunter22@db/x", now);
    onTestFinished(() => lock.release());
    expect(readFileSync(join(directory, "lock"), "utf8")).not.toContain("hunter22");
    expect(refusal(directory).message).not.toContain("hunter22");
  });

  it("is shown to whoever only looks, and nobody works where its holder is dead", async () => {
    const directory = temporaryDirectory();
    lockedBy(directory, {});
    expect(findWorker(directory)).toMatchObject({ command: "lecture05 up", step: "puma" });
    lockedBy(directory, { pid: await endedProcess() });
    expect(findWorker(directory)).toBeUndefined();
  });

  it("of another machine or another container, whose processes it cannot see, is respected", () => {
    const directory = temporaryDirectory();
    lockedBy(directory, { host: "another-machine", boot: "another-boot", pid: 1 });
    expect(refusal(directory).message).toContain("another-machine");
    lockedBy(directory, { namespace: "pid:[1]", pid: 2 ** 22 + 1 });
    const words = refusal(directory).detail.next?.map((next) => (typeof next === "string" ? next : next.en));
    expect(words?.join("\n")).toContain(`rm "${join(directory, "lock")}"`);
  });

  it("is known as this machine's after a change of the host name", async () => {
    const directory = temporaryDirectory();
    lockedBy(directory, { host: "name-in-another-network", pid: await endedProcess() });
    expect(taken(directory).tookOverFrom?.host).toBe("name-in-another-network");
  });

  it("is freed when the process exits without having done so", async () => {
    const directory = temporaryDirectory();
    const lock = acquireLock(directory, "lecture05 up", now);
    onTestFinished(() => lock.release());
    // What process.exit calls; the real thing is in the tests of the built program.
    for (const listener of process.listeners("exit").slice(-1)) listener.call(process, 0);
    expect(existsSync(join(directory, "lock"))).toBe(false);
  });

  it("is not freed by one who lost it", () => {
    const directory = temporaryDirectory();
    const lock = acquireLock(directory, "lecture05 up", now);
    lockedBy(directory, { pid: process.ppid, processStart: "" });
    lock.working("ec2");
    lock.release();
    expect(readLock(directory)).toMatchObject({ pid: process.ppid, step: "puma" });
  });
});

describe("a dead holder's lock is taken over, with a note,", () => {
  it("when its process is gone", async () => {
    const directory = temporaryDirectory();
    const pid = await endedProcess();
    lockedBy(directory, { pid });
    const { tookOverFrom, note } = taken(directory);
    expect(tookOverFrom?.pid).toBe(pid);
    expect(note?.en).toMatch(
      new RegExp(
        `^Took over the lock of "lecture05 up" \\(process ${pid}, at step puma, since 2026-.*\\), which has died\\.$`,
      ),
    );
    expect(readdirSync(directory)).toEqual([]);
  });

  it("when it ended but was not waited for", async () => {
    const directory = temporaryDirectory();
    // The shell starts a child, tells its pid, becomes another program, and never waits.
    const shell = spawn("sh", ["-c", "sh -c 'sleep 0.2; exit 0' & echo $!; exec sleep 30"], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    onTestFinished(() => void shell.kill("SIGKILL"));
    const [line] = (await once(shell.stdout, "data")) as [Buffer];
    const pid = Number(line.toString());
    while (!readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z "))
      await new Promise((resolve) => setTimeout(resolve, 10));
    lockedBy(directory, { pid, processStart: "" });
    expect(taken(directory).tookOverFrom?.pid).toBe(pid);
  });

  it("when its pid now belongs to another process", () => {
    const directory = temporaryDirectory();
    lockedBy(directory, { processStart: "1" });
    expect(taken(directory).tookOverFrom?.processStart).toBe("1");
  });

  it("when the machine was rebooted since, whoever has its pid now", () => {
    const directory = temporaryDirectory();
    lockedBy(directory, { boot: "an-earlier-boot", processStart: "" });
    expect(taken(directory).tookOverFrom?.boot).toBe("an-earlier-boot");
  });

  it("when it is of version 0.1.0, which noted less", async () => {
    const directory = temporaryDirectory();
    const { host } = describeSelf("", now);
    const old = { pid: await endedProcess(), processStart: "1", host, command: "lecture05 up", since: "2026-01-01" };
    writeFileSync(join(directory, "lock"), JSON.stringify(old));
    expect(taken(directory).tookOverFrom?.command).toBe("lecture05 up");
  });

  it.each(["", "\0\0\0\0", '{"pid": 1', "[]", "null", '{"pid":"1"}', '{"pid":-5}'])(
    "when it says nothing: %j",
    (text) => {
      const directory = temporaryDirectory();
      writeFileSync(join(directory, "lock"), text);
      const { note, tookOverFrom } = taken(directory);
      expect(tookOverFrom).toBeUndefined();
      expect(note?.en).toContain("nothing readable");
      expect(readdirSync(directory)).toEqual([]);
    },
  );

  it("by one of many that see it at once", async () => {
    const directory = temporaryDirectory();
    lockedBy(directory, { pid: await endedProcess() });
    const outcomes = Array.from({ length: 20 }, () => {
      try {
        return acquireLock(directory, "lecture05 up", now);
      } catch {
        return undefined;
      }
    });
    const locks = outcomes.filter((lock) => lock !== undefined);
    for (const lock of locks) lock.release();
    expect(locks).toHaveLength(1);
  });
});

it("what commands left that were killed while they took the lock is removed by the next", async () => {
  const directory = temporaryDirectory();
  const [dead, alive] = [{ pid: await endedProcess() }, { pid: process.ppid, processStart: "" }];
  const content = (changes: Partial<LockHolder>): string =>
    JSON.stringify({ ...describeSelf("lecture05 up", now), ...changes });
  writeFileSync(join(directory, `lock.${dead.pid}.a1`), content(dead));
  writeFileSync(join(directory, `lock.${dead.pid}.a2.dead`), content(dead));
  writeFileSync(join(directory, `lock.${dead.pid}.a3`), "");
  utimesSync(join(directory, `lock.${dead.pid}.a3`), now, new Date(now.getTime() - 120_000));
  writeFileSync(join(directory, `lock.${alive.pid}.b1`), content(alive));
  writeFileSync(join(directory, `lock.${alive.pid}.b2`), "");
  utimesSync(join(directory, `lock.${alive.pid}.b2`), now, now);
  mkdirSync(join(directory, "lock.1.c1"));
  taken(directory);
  expect(readdirSync(directory).toSorted()).toEqual(
    [`lock.${alive.pid}.b1`, `lock.${alive.pid}.b2`, "lock.1.c1"].toSorted(),
  );
});

it("what is no file is not moved out of the way", () => {
  const directory = temporaryDirectory();
  mkdirSync(join(directory, "lock"));
  expect(codeOf(() => acquireLock(directory, "lecture05 up", now))).toBe("STATE_UNWRITABLE");
  expect(readdirSync(directory)).toEqual(["lock"]);
});

import { expect, test } from "vitest";
import { packageFunctions } from "../../src/remote/packages.ts";
import { sh } from "./run-sh.ts";

/** A dpkg that was interrupted, and that works `after` so many attempts. */
const interruptedDpkg = (after: number): string => `
attempts=0
ls() { if [ "$attempts" -le ${after} ]; then echo 0001; fi; }
dpkg() {
  attempts=$((attempts + 1))
  echo "dpkg $*"
  [ "$attempts" -gt ${after} ]
}
sleep() { echo "sleep $1"; }
`;

const finish = (machine: string) => sh(`set -eu\n${packageFunctions}\n${machine}\nfinish_interrupted\necho going on`);

test("what was interrupted is finished before anything is installed", () => {
  expect(finish(interruptedDpkg(0))).toMatchObject({
    status: 0,
    stdout: "dpkg --force-confold --configure -a\ngoing on\n",
  });
});

test("a package manager at work is waited for", () => {
  const { status, stdout } = finish(interruptedDpkg(2));
  expect(status).toBe(0);
  expect(stdout.split("\n").filter((line) => line === "sleep 10")).toHaveLength(2);
});

test("a dpkg that can never finish is said to be that", () => {
  const { status, stderr } = finish(interruptedDpkg(1000));
  expect(status).toBe(1);
  expect(stderr).toContain("dpkg cannot finish what was interrupted");
});

test("without an interruption dpkg is left alone", () => {
  expect(finish("ls() { :; }")).toMatchObject({ status: 0, stdout: "going on\n" });
});

/** A systemd whose own updates are at work for `times` looks. */
const updating = (times: number): string => `
systemctl() { if [ "$(wc -l <"$count")" -lt ${times} ]; then echo ActiveState=activating; else echo ActiveState=inactive; fi; echo >>"$count"; }
sleep() { echo "sleep $1"; }
`;
const awaitUpdates = (times: number) =>
  sh(
    `set -eu\ncount=$(mktemp)\n${packageFunctions}\n${updating(times)}\nawait_own_updates\necho going on\nrm "$count"`,
  );

test("a machine that updates itself after its first boot is waited for", () => {
  const { status, stdout } = awaitUpdates(3);
  expect(status).toBe(0);
  expect(stdout.split("\n").filter((line) => line === "sleep 5")).toHaveLength(3);
  expect(awaitUpdates(0)).toMatchObject({ status: 0, stdout: "going on\n" });
});

test("its updates are not waited for without end", () => {
  expect(awaitUpdates(1000).stdout).toContain("take more than ten minutes; going on\ngoing on\n");
});

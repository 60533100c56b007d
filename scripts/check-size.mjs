// The published package stays small: docs/performance.md promises under 5 MB unpacked.
import { execFileSync } from "node:child_process";

const mostBytes = 5_000_000;
const told = execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], { encoding: "utf8" });
const [{ unpackedSize, size, entryCount }] = JSON.parse(told);
process.stdout.write(
  `package: ${entryCount} files, ${(unpackedSize / 1e6).toFixed(2)} MB, packed ${(size / 1e6).toFixed(2)} MB\n`,
);
if (unpackedSize >= mostBytes) {
  process.stderr.write(`The package has ${unpackedSize} bytes unpacked, ${mostBytes} are promised\n`);
  process.exitCode = 1;
}

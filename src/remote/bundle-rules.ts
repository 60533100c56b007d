/** What is never sent: history, secrets, leftovers of development, and what is made on the host. */
const leftOutDirectories = new Set([
  ".bundle",
  ".git",
  ".github",
  ".lecture05",
  "coverage",
  "log",
  "node_modules",
  "public/assets",
  "public/uploads",
  "spec",
  "storage",
  "test",
  "tmp",
  "vendor/bundle",
]);

const anywhere = new Set([".git", "node_modules", ".DS_Store"]);
const secretsAndData = /^\.env(\..*)?$|\.(key|pem|p12|pfx)$|\.sqlite3(-.*)?$|\.log$|~$|\.sw[po]$/;

/** True for a path (relative, forward slashes) that stays behind. Directories are named from the application's root. */
export function isLeftOut(path: string, isDirectory: boolean): boolean {
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (anywhere.has(name)) return true;
  return isDirectory ? leftOutDirectories.has(path) : secretsAndData.test(name);
}

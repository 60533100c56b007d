// Preloaded into the CLI: at its end, prints which files of dist it loaded, and which of Node's modules.
const { statSync, writeSync } = require("node:fs");

process.on("exit", () => {
  const chunks = Object.keys(require.cache).filter((file) => /[\\/]dist[\\/]/.test(file));
  // A chunk with compiled code beside it has its source in a file of its own.
  const sizeOf = (file) => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  const bytes = chunks.reduce((sum, file) => sum + sizeOf(file) + sizeOf(`${file}.txt`), 0);
  const builtins = process.moduleLoadList.flatMap((line) => /^NativeModule (?!internal\/)(.*)$/.exec(line)?.[1] ?? []);
  writeSync(2, `\nloaded ${JSON.stringify({ chunks: chunks.length, bytes, builtins })}`);
});

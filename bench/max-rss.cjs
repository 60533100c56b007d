// Preloaded into a process: says at its end how much memory it had at most, in KB.
process.on("exit", () => require("node:fs").writeSync(2, `\nmaxRSS ${process.resourceUsage().maxRSS}`));

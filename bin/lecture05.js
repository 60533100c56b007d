#!/usr/bin/env node
// Launcher: no logic. The SDK's reminder about Node 20 is not for our users.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
try {
  require("../dist/cli.cjs");
} catch (error) {
  if (error.code !== "MODULE_NOT_FOUND" || !/dist[\\/]cli\.cjs/.test(error.message)) throw error;
  process.stderr.write("lecture05 is not built yet. Run: sh bin/setup\n");
  process.exitCode = 1;
}

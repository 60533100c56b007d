import type { Reporter, TestCase } from "vitest/node";

/** Says why a test had to be tried again: one that passed the second time shows only that it did. */
export class Retried implements Reporter {
  onTestCaseResult(test: TestCase): void {
    const { state, errors = [] } = test.result();
    if (state !== "passed" || errors.length === 0) return;
    process.stdout.write(`\nTried again: ${test.module.relativeModuleId} > ${test.fullName}\n`);
    for (const { message, stacks = [] } of errors) {
      const [at] = stacks;
      process.stdout.write(`  ${message.slice(0, 2000)}\n${at ? `  at ${at.file}:${at.line}\n` : ""}`);
    }
  }
}

/** A script for a host: POSIX sh, run as root with `set -eu` in its first line. */
export interface RemoteScript {
  /** Kebab-case; names its files and log on the host: "install-ruby". */
  readonly name: string;
  /** The text word for word as `step --show` prints it. */
  readonly text: string;
  readonly timeoutMs: number;
}

export interface CommandResult {
  readonly instanceId: string;
  readonly commandId: string;
  readonly exitCode: number;
  /** Complete, also where AWS cuts its own copy (GetCommandInvocation: 24,000 characters). */
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
}

export interface RunOptions {
  readonly signal?: AbortSignal;
  /**
   * Called now and then with what a script that takes its time has printed since the last call, in whole lines. What it
   * printed at its very end comes with the result alone.
   */
  readonly onOutput?: (lines: readonly string[]) => void;
}

/** Commands on hosts through SSM. */
export interface Shell {
  /** The instances among these that SSM reaches now. */
  online(instanceIds: readonly string[]): Promise<string[]>;
  waitUntilOnline(instanceId: string, timeoutMs: number): Promise<void>;
  /** A non-zero exit code is a result, not an exception; a command that was never delivered is an exception. */
  run(instanceId: string, script: RemoteScript, options?: RunOptions): Promise<CommandResult>;
  /**
   * Runs a short script on many hosts by one command, some at a time. AWS keeps 2,500 characters of what each printed,
   * and nothing beyond them is fetched. Throws when one of them was never reached.
   */
  runOnAll(instanceIds: readonly string[], script: RemoteScript, options?: RunOptions): Promise<CommandResult[]>;
}

/** The client went away: nothing of ours is wrong. */
export function isDisconnect(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException | undefined)?.code ?? "";
  return ["ECONNRESET", "EPIPE", "ERR_STREAM_PREMATURE_CLOSE", "ERR_STREAM_DESTROYED"].includes(code);
}

/** What the operating system says when nothing can be written, in the words of its manual pages. */
const diskErrors: Readonly<Record<string, string>> = {
  ENOSPC: "no space left on device",
  EDQUOT: "disk quota exceeded",
  EROFS: "read-only file system",
  EIO: "input/output error",
  EMFILE: "too many open files",
  ENFILE: "too many open files in system",
};

/** Why the disk did not take what an action wanted to keep; undefined when it is something else that went wrong. */
export function diskErrorOf(error: unknown): string | undefined {
  const { code = "", cause } = (error ?? {}) as NodeJS.ErrnoException;
  if (cause !== undefined) return diskErrorOf(cause);
  return Object.hasOwn(diskErrors, code) ? `${diskErrors[code]} (${code})` : undefined;
}

/** For the daemon's log, with the stack. */
export function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

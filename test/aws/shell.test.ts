import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createClients, type Clients } from "../../src/aws/clients.ts";
import { createShell, type ShellOptions, type RemoteCommandEntry } from "../../src/aws/shell.ts";
import { Lecture05Error } from "../../src/errors.ts";
import type { RemoteScript, Shell } from "../../src/ports/shell.ts";

/** A little SSM on a real socket: answers from a table, and remembers what it was asked. */
type Answer = { readonly status?: number; readonly body: Record<string, unknown> };
type Input = Record<string, unknown> & { readonly Parameters?: Record<string, string[]> };

let server: Server;
let clients: Clients;
let shell: Shell;
let clock: ShellOptions["clock"];
let asked: { readonly operation: string; readonly input: Input }[];
let entries: RemoteCommandEntry[];
let invocations: (Record<string, unknown> | "unknown")[];
let handle: (operation: string, input: Input) => Answer | undefined;
let sent = 0;

const script: RemoteScript = { name: "install-ruby", text: "set -eu\necho hello\n", timeoutMs: 90_000 };
const failure = (type: string): Answer => ({ status: 400, body: { __type: type, message: type } });
const tokenOf = (command: string): string => /END_([0-9a-f]+)/.exec(command)?.[1] ?? "";
const commandOf = (input: Input): string => input.Parameters?.commands?.[0] ?? "";
const sends = () => asked.filter(({ operation }) => operation === "SendCommand");

function answer(operation: string, input: Input): Answer {
  const special = handle(operation, input);
  if (special) return special;
  switch (operation) {
    case "SendCommand":
      sent += 1;
      return { body: { Command: { CommandId: `command-${sent}`, Status: "Pending" } } };
    case "GetCommandInvocation": {
      const next = invocations.length > 1 ? invocations.shift() : invocations[0];
      return next === undefined || next === "unknown" ? failure("InvocationDoesNotExist") : { body: next };
    }
    case "CancelCommand":
      return { body: {} };
    default:
      return failure("UnknownOperationException");
  }
}

beforeEach(async () => {
  [asked, entries, invocations, handle, sent] = [[], [], [], () => undefined, 0];
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const operation = String(request.headers["x-amz-target"]).replace("AmazonSSM.", "");
      const input = JSON.parse(Buffer.concat(chunks).toString("utf8") || "{}") as Input;
      asked.push({ operation, input });
      const { status = 200, body } = answer(operation, input);
      response.writeHead(status, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  clients = createClients({
    region: "ap-northeast-1",
    endpoint: `http://127.0.0.1:${port}`,
    credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" },
  });
  let time = 0;
  clock = {
    now: () => new Date((time += 10)),
    sleep: (ms: number) => {
      time += ms;
      return new Promise<void>((resolve) => setImmediate(resolve));
    },
  };
  shell = createShell(clients, { clock, pollMs: 5, onCommand: (entry) => entries.push(entry) });
});

afterEach(async () => {
  clients.destroy();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** An invocation as the wrapper on the host makes it: what was sent decides the token. */
function finished(exitCode: number, stdout: string, stderr = "", packed = 0): void {
  handle = (operation) => {
    if (operation !== "GetCommandInvocation") return undefined;
    const token = tokenOf(commandOf(sends().at(-1)?.input ?? {}));
    return {
      body: {
        Status: exitCode === 0 ? "Success" : "Failed",
        StatusDetails: exitCode === 0 ? "Success" : "Failed",
        ResponseCode: exitCode,
        StandardOutputContent: `${stdout}\nlecture05-output ${token} ${stdout.length} ${packed} ${stderr.length}\n`,
        StandardErrorContent: stderr,
      },
    };
  };
}

async function failureOf(work: Promise<unknown>): Promise<Lecture05Error> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(Lecture05Error);
  return error as Lecture05Error;
}

test("sends the wrapped script with bounded times and returns its output", async () => {
  finished(0, "hello\n", "a warning");
  const result = await shell.run("i-1", script);
  expect(result).toMatchObject({
    instanceId: "i-1",
    commandId: "command-1",
    exitCode: 0,
    stdout: "hello\n",
    stderr: "a warning",
  });
  expect(sends()).toHaveLength(1);
  expect(sends()[0]?.input).toMatchObject({
    DocumentName: "AWS-RunShellScript",
    InstanceIds: ["i-1"],
    TimeoutSeconds: 120,
    Parameters: { executionTimeout: ["90"] },
  });
  expect(commandOf(sends()[0]?.input ?? {})).toContain(script.text);
});

test("a failing script is a result, and the work log gets the text as it is shown", async () => {
  finished(3, "", "no such package\nfailed to run commands: exit status 3");
  const result = await shell.run("i-1", script);
  expect(result).toMatchObject({ exitCode: 3, stderr: "no such package" });
  expect(entries).toEqual([
    {
      scriptName: "install-ruby",
      text: script.text,
      instanceId: "i-1",
      commandId: "command-1",
      exitCode: 3,
      durationMs: expect.any(Number) as number,
    },
  ]);
});

test("waits through a command that is not visible yet, pending, in progress", async () => {
  invocations = [
    "unknown",
    { Status: "Pending" },
    { Status: "InProgress" },
    { Status: "Delayed" },
    { Status: "Success", StatusDetails: "Success", ResponseCode: 0, StandardOutputContent: "raw" },
  ];
  expect(await shell.run("i-1", script)).toMatchObject({ exitCode: 0, stdout: "raw" });
  expect(asked.filter(({ operation }) => operation === "GetCommandInvocation")).toHaveLength(5);
});

test("an output beyond AWS's limit is read in pieces and put together", async () => {
  const text = `${Array.from({ length: 30_000 }, (_, index) => `line ${index}`).join("\n")}日本語\n`;
  const packed = gzipSync(text);
  const piece = 16_500;
  handle = (operation) => {
    if (operation !== "GetCommandInvocation") return undefined;
    const command = commandOf(sends().at(-1)?.input ?? {});
    const offset = /tail -c \+(\d+)/.exec(command)?.[1];
    const start = offset && !command.includes("END_") ? Number(offset) - 1 : 0;
    const base64 = packed.subarray(start, start + piece).toString("base64");
    const end = command.includes("END_")
      ? `\nlecture05-output ${tokenOf(command)} ${text.length} ${packed.length} 0\n`
      : ` ${packed.length}\n`;
    return {
      body: { Status: "Success", ResponseCode: 0, StandardOutputContent: base64 + end, StandardErrorContent: "" },
    };
  };
  expect((await shell.run("i-1", script)).stdout).toBe(text);
  expect(sends()).toHaveLength(Math.ceil(packed.length / piece));
});

test.each([
  ["TimedOut", "Delivery Timed Out", "INSTANCE_NOT_MANAGED"],
  ["TimedOut", "DeliveryTimedOut", "INSTANCE_NOT_MANAGED"],
  ["Failed", "Undeliverable", "INSTANCE_NOT_MANAGED"],
  ["Cancelled", "Terminated", "INSTANCE_NOT_MANAGED"],
  ["TimedOut", "Execution Timed Out", "REMOTE_COMMAND_FAILED"],
  ["Cancelled", "Cancelled", "REMOTE_COMMAND_FAILED"],
])("%s / %s is %s, in both languages and in the work log", async (Status, StatusDetails, code) => {
  invocations = [{ Status, StatusDetails, ResponseCode: -1 }];
  const { code: seen, detail } = await failureOf(shell.run("i-1", script));
  expect(seen).toBe(code);
  expect(detail.what.en).toContain("i-1");
  expect(detail.what.ja).toContain("i-1");
  expect(detail.why?.ja).toBeTruthy();
  expect(detail.next?.length).toBeGreaterThan(0);
  expect(entries).toMatchObject([{ exitCode: -1, commandId: "command-1" }]);
});

test("an instance that SSM does not know is not managed", async () => {
  handle = (operation) => (operation === "SendCommand" ? failure("InvalidInstanceId") : undefined);
  expect((await failureOf(shell.run("i-1", script))).code).toBe("INSTANCE_NOT_MANAGED");
});

test("a command that SSM never ends is given up on, with its last state", async () => {
  invocations = [{ Status: "InProgress" }];
  // The clock of these tests runs as fast as it is asked to wait.
  const slow = createShell(clients, { clock, pollMs: 3000 });
  const error = await failureOf(slow.run("i-1", { ...script, timeoutMs: 1 }));
  expect(error.code).toBe("WAIT_TIMED_OUT");
  expect(error.detail.why?.en).toContain("InProgress");
}, 60_000);

test("an interruption cancels the command and waits until it has ended", async () => {
  const interrupt = new AbortController();
  invocations = [{ Status: "InProgress" }];
  handle = (operation) => {
    if (operation === "GetCommandInvocation") interrupt.abort();
    if (operation === "CancelCommand") invocations = [{ Status: "Cancelling" }, { Status: "Cancelled" }];
    return undefined;
  };
  const error = await failureOf(shell.run("i-1", script, { signal: interrupt.signal }));
  expect(error.code).toBe("INTERRUPTED");
  const operations = asked.map(({ operation }) => operation);
  expect(operations.filter((operation) => operation === "CancelCommand")).toHaveLength(1);
  expect(operations.slice(operations.indexOf("CancelCommand") + 1)).toEqual([
    "GetCommandInvocation",
    "GetCommandInvocation",
  ]);
  expect(asked.find(({ operation }) => operation === "CancelCommand")?.input).toEqual({
    CommandId: "command-1",
    InstanceIds: ["i-1"],
  });
});

test("nothing is sent after an interruption", async () => {
  await expect(shell.run("i-1", script, { signal: AbortSignal.abort() })).rejects.toThrow();
  expect(asked).toEqual([]);
});

test("commands that people run by hand keep their outputs apart", async () => {
  finished(0, "");
  await shell.run("i-1", { ...script, name: "exec" });
  await shell.run("i-1", { ...script, name: "exec" });
  const [one, other] = sends().map(({ input }) => /log=(\S+)/.exec(commandOf(input))?.[1]);
  expect(one).toMatch(/exec-[0-9a-f]+$/);
  expect(one).not.toBe(other);
});

test("knows which instances SSM reaches, and waits for one", async () => {
  let looks = 0;
  handle = (operation) => {
    if (operation !== "DescribeInstanceInformation") return undefined;
    looks += 1;
    const PingStatus = looks < 3 ? "ConnectionLost" : "Online";
    return { body: { InstanceInformationList: [{ InstanceId: "i-1", PingStatus }] } };
  };
  expect(await shell.online(["i-1", "i-2"])).toEqual([]);
  await shell.waitUntilOnline("i-1", 1000);
  expect(looks).toBe(3);
  expect(await shell.online(["i-1"])).toEqual(["i-1"]);
  expect(await shell.online([])).toEqual([]);
});

/** How often the work of the script was looked at before its end. */
function running(looks: number, printed: readonly string[]): void {
  let seen = 0;
  handle = (operation, input) => {
    if (operation !== "GetCommandInvocation") return undefined;
    const id = (input as { CommandId?: string }).CommandId;
    const command = commandOf(sends()[Number(id?.split("-")[1]) - 1]?.input ?? {});
    if (command.includes("END_")) {
      if (seen < looks) return { body: { Status: "InProgress" } };
      const end = `\nlecture05-output ${tokenOf(command)} 0 0 0\n`;
      return { body: { Status: "Success", StatusDetails: "Success", ResponseCode: 0, StandardOutputContent: end } };
    }
    const text = printed[seen++] ?? "";
    return { body: { Status: "Success", StatusDetails: "Success", ResponseCode: 0, StandardOutputContent: text } };
  };
}

test("tells what a script prints while it runs: whole lines, each once, read on the host by a second command", async () => {
  running(3, ["one\ntwo\nhal", "", "half a line\n"]);
  const told: (readonly string[])[] = [];
  const result = await shell.run("i-1", script, { onOutput: (lines) => told.push(lines) });
  expect(result.exitCode).toBe(0);
  expect(told[0]).toEqual(["one", "two"]);
  const reads = sends()
    .slice(1)
    .map(({ input }) => commandOf(input));
  expect(reads[0]).toContain("tail -n +1 /var/log/lecture05/install-ruby.out");
  expect(reads[1]).toContain("tail -n +3 ");
  expect(entries.map(({ scriptName }) => scriptName)).toContain("read-install-ruby");
});

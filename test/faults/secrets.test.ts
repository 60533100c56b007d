import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { collect, type CommandOutcome } from "../support/installed-package.ts";
import {
  filesBelow,
  openTo,
  ProcessWatch,
  secretsBelow,
  secretsIn,
  type Hit,
  type Planted,
} from "../support/secret-scan.ts";
import { answerScripts } from "./secrets/failing-host.ts";
import {
  applicationSecrets,
  environmentSecrets,
  hostSecrets,
  plantApplication,
  plantedEnvironment,
  saidByHost,
} from "./secrets/planted.ts";
import { startCli } from "./support/child.ts";
import { startDockerDouble } from "./support/docker-double.ts";
import { DoubleCloud } from "./support/double-cloud.ts";
import { recordFaultFigure } from "./support/figures.ts";

const sample = fileURLToPath(new URL("../../app", import.meta.url));

/** The built command line on the real sandbox, with hosts that take no time, and secrets wherever there can be some. */
let cloud: DoubleCloud;
let docker: Awaited<ReturnType<typeof startDockerDouble>>;
let socketDirectory: string;
let watch: ProcessWatch;
const streams: { readonly command: string; readonly text: string }[] = [];
const hits: Hit[] = [];
let places = 0;

const planted: Planted = { ...environmentSecrets, ...applicationSecrets, ...hostSecrets };

/** The places that have to hold a secret, and the reason for each. Nothing else may. */
const exceptions: readonly { readonly path: RegExp; readonly secrets: RegExp; readonly reason: string }[] = [
  { path: /^home\/iam\.json$/, secrets: /^root key$/, reason: "the sandbox's own store of keys" },
  {
    path: /^home\/appliance-secret$/,
    secrets: /^appliance secret$/,
    reason: "what the metadata service knows the appliance by",
  },
  {
    path: /^home\/ssm\/commands\//,
    secrets: /host|role|link|request|bearer|private key|after exec/,
    reason: "what a host printed, and what exec was told: SSM keeps both, as AWS does",
  },
  { path: /^my app\//, secrets: /application|credentials|\.env|certificate/, reason: "the person's own files" },
];

async function lecture05(...args: string[]): Promise<CommandOutcome> {
  const outcome = await collect(startCli(cloud, docker.host, args, plantedEnvironment));
  streams.push({ command: args.join(" "), text: outcome.stdout + outcome.stderr });
  return outcome;
}

beforeAll(async () => {
  socketDirectory = mkdtempSync(join(tmpdir(), "lecture05-docker-"));
  docker = await startDockerDouble(join(socketDirectory, "docker.sock"));
  cloud = await DoubleCloud.start();
  plantApplication(sample, join(cloud.directory, "my app"));
  // The command itself has what its shell gave to it and what was typed after exec; nobody else has.
  const given = [...Object.keys(environmentSecrets), "password after exec"];
  watch = new ProcessWatch(planted, (line) => (line.includes("bin/lecture05.js") ? given : []), 20);
});

afterAll(async () => {
  await cloud.stop();
  await docker.stop();
  rmSync(socketDirectory, { recursive: true, force: true });
  const subject = "planted secrets";
  recordFaultFigure({ subject, counted: "planted", value: Object.keys(planted).length + 2, promised: { atLeast: 20 } });
  recordFaultFigure({
    subject,
    counted: "files, streams and processes searched",
    value: places,
    promised: { atLeast: 200 },
  });
  recordFaultFigure({
    subject,
    counted: "found where they do not belong",
    value: hits.length,
    promised: { exactly: 0 },
  });
});

describe("secrets", () => {
  it(
    "are nowhere after runs in which everything went well and everything went wrong",
    { timeout: 120_000 },
    async () => {
      const app = join(cloud.directory, "my app");
      const journal = saidByHost.split("\n").map((line) => `puma.journal ${line}`);
      answerScripts(cloud.hosts, { "diagnose-host": { exitCode: 0, stdout: journal.join("\n") } });
      const mend = answerScripts(cloud.hosts, {
        "install-gems": { exitCode: 1, stdout: saidByHost, stderr: saidByHost },
      });
      const failed = await lecture05("up", "--app", app, "--debug");
      expect(failed.code).toBe(1);
      // The failure is told, with what is no secret in it.
      expect(failed.stderr).toContain("redirected to https://bucket.s3.amazonaws.com/key");
      expect((await lecture05("up", "--app", app, "--json")).code).toBe(1);
      mend();
      const up = await lecture05("up", "--app", app);
      expect(up.code, up.stdout + up.stderr).toBe(0);
      for (const command of [
        ["up", "--app", app, "--json"],
        ["verify", "--json"],
        ["status", "--json"],
        ["status", "--live"],
        ["plan"],
        ["step", "puma", "--show", "--app", app],
        ["explain"],
        ["modules"],
        ["diagram"],
        ["diagnose", "--debug"],
        ["report", "--out", join(cloud.directory, "report")],
        ["exec", "--", "mysql", `--password=${hostSecrets["password after exec"]}`],
        ["exec", "--timeout", "nonsense", "--", `MYSQL_PASSWORD=${hostSecrets["password after exec"]} mysql`],
        ["logs"],
        ["logs", "--json"],
        ["sandbox", "status", "--json"],
        ["doctor"],
        ["adopt", "--debug"],
        ["plan", "--target", "aws", "--debug"],
      ]) {
        await lecture05(...command);
      }
      const destroyed = await lecture05("destroy", "--yes", "--debug");
      expect(destroyed.code, destroyed.stdout + destroyed.stderr).toBe(0);

      const all = {
        ...planted,
        "root key": cloud.clientConfig.credentials.secretAccessKey,
        "appliance secret": applianceSecret(),
      };
      for (const { command, text } of streams) hits.push(...secretsIn(text, `lecture05 ${command}`, all));
      hits.push(...secretsIn(cloud.errors.join("\n"), "the daemon's log", all));
      const files = secretsBelow(cloud.directory, all);
      hits.push(...files.filter((hit) => !isException(hit)));
      const { hits: inProcesses, processes } = watch.stop();
      hits.push(...inProcesses);
      places = streams.length + processes + filesBelow(cloud.directory).length;
      expect(hits).toEqual([]);
      // Each exception is one: a place that no longer holds its secret does not need to be excused.
      for (const { path, secrets, reason } of exceptions) {
        expect(
          files.some((hit) => path.test(hit.place) && secrets.test(hit.secret)),
          reason,
        ).toBe(true);
      }
    },
  );

  it("that have to be kept are for nobody else on the machine", () => {
    // The double made the home, and the id in it.
    expect(openTo(cloud.home).filter((path) => !["", "sandbox-id"].includes(path))).toEqual([]);
    expect(openTo(cloud.stateDirectory)).toEqual([]);
  });

  it("were written as something else, and the lines are still JSON", () => {
    const log = readFileSync(join(cloud.stateDirectory, "worklog.ndjson"), "utf8").trimEnd().split("\n");
    const entries = log.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(entries.find(({ script }) => script === "exec")).toMatchObject({ text: "mysql --password=[redacted]\n" });
    expect(log.some((line) => line.includes("[redacted"))).toBe(true);
  });
});

function isException({ place, secret }: Hit): boolean {
  return exceptions.some(({ path, secrets }) => path.test(place) && secrets.test(secret));
}

function applianceSecret(): string {
  return readFileSync(join(cloud.home, "appliance-secret"), "utf8");
}

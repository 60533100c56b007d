import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { State } from "../../../src/state/schema.ts";
import { stateVersion } from "../../../src/state/version.ts";
import { lectureSteps } from "../../../src/steps/names.ts";
import { hosts } from "./services.ts";

/** A state in which ec2 to nginx are done, the proof of nginx-puma failed, and alb was being made. */
export function sampleState(changes: Partial<State> = {}): State {
  const at = "2026-01-02T03:04:05.000Z";
  return {
    schemaVersion: stateVersion,
    stack: "lecture05",
    target: "sandbox",
    region: "ap-northeast-1",
    account: "000000000000",
    url: "http://lecture05-1.example",
    createdAt: at,
    updatedAt: at,
    steps: lectureSteps.slice(0, 5).map((name) => ({
      name,
      status: name === "nginx-puma" ? "failed" : "done",
      startedAt: at,
      finishedAt: at,
      durationMs: 1234,
      checks: [
        { name: "page", expected: "200", observed: "200", ok: true },
        {
          name: "puma-stopped",
          expected: "502",
          observed: name === "nginx-puma" ? "504" : "502",
          ok: name !== "nginx-puma",
        },
      ],
      output: { secret: "not for status" },
    })),
    resources: [
      { type: "ec2:instance", name: "host-1", step: "ec2", id: "i-0001", clientToken: "t", createdAt: at },
      { type: "elbv2:load-balancer", name: "load-balancer", step: "alb", clientToken: "t", createdAt: at },
    ],
    hosts: [hosts[0]],
    modules: [
      {
        instances: ["i-0001"],
        installed: [
          { name: "nginx", version: "1.26.3-3", manager: "apt", requested: true, step: "nginx" },
          { name: "nginx-common", version: "1.26.3-3", manager: "apt", requested: false, step: "nginx" },
        ],
      },
    ],
    attempts: {},
    ...changes,
  };
}

export function writeState(cwd: string, state: State | string = sampleState()): void {
  const directory = join(cwd, ".lecture05");
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, "state.json"), typeof state === "string" ? state : JSON.stringify(state));
}

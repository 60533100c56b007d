import { EventEmitter, once } from "node:events";
import { mkdirSync, readdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { removeTemporaries } from "../../durable-files.ts";
import { JsonStore, type Persistence } from "../json-store.ts";
import { AgentStates } from "./agent-states.ts";
import type { CommandRecord, SsmData } from "./records.ts";

export interface SsmStore extends Persistence {
  readonly data: SsmData;
  /** Newest first. */
  commands(): CommandRecord[];
  command(commandId: string): CommandRecord | undefined;
  /** Keeps a new command; the oldest ones are forgotten. */
  addCommand(command: CommandRecord): Promise<void>;
  saveCommand(command: CommandRecord): Promise<void>;
  /** For what a host has done: see JsonStore's `note`. */
  noteCommand(command: CommandRecord, fact: () => void): Promise<void>;
  /** Resolves once something that has happened to it is on disk, or when the signal fires. */
  newsOf(command: CommandRecord, signal: AbortSignal): Promise<void>;
  readonly agents: AgentStates;
}

/** AWS keeps commands for 30 days; here it is the last ones. */
const keptCommands = 200;

/**
 * Parameters in one file, and each command in its own (0600: texts may hold secrets), so that a change of one does not
 * write all the others' outputs again.
 */
export function createSsmStore(home: string): SsmStore {
  const store = new JsonStore<SsmData>(join(home, "ssm.json"), { parameters: {}, registrations: {} });
  const directory = join(home, "ssm", "commands");
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  removeTemporaries(directory);
  const fileOf = (id: string): string => join(directory, `${id}.json`);
  const files = new Map<string, JsonStore<CommandRecord>>();
  // Whoever waits for the end of a command looks with several requests, and there may be many commands.
  const news = new EventEmitter().setMaxListeners(0);
  const saved = readdirSync(directory).filter((name) => /^[0-9a-f-]{36}\.json$/.test(name));
  const loaded = saved.map((name) => new JsonStore(join(directory, name), emptyCommand));
  loaded.sort((a, b) => (a.data.requestedAt < b.data.requestedAt ? -1 : 1));
  for (const file of loaded) files.set(file.data.id, file);

  return {
    data: store.data,
    ...store.persistence,
    commands: () => [...files.values()].map(({ data }) => data).reverse(),
    command: (id) => files.get(id)?.data,
    async addCommand(command) {
      const file = new JsonStore(fileOf(command.id), command);
      await file.save();
      files.set(command.id, file);
      const oldest = [...files.keys()].slice(0, Math.max(0, files.size - keptCommands));
      for (const id of oldest) files.delete(id);
      await Promise.all(oldest.map((id) => rm(fileOf(id), { force: true })));
    },
    async saveCommand({ id }) {
      await files.get(id)?.save();
      news.emit(id);
    },
    async noteCommand({ id }, fact) {
      await files.get(id)?.note(fact);
      news.emit(id);
    },
    async newsOf({ id }, signal) {
      await once(news, id, { signal }).catch(() => undefined);
    },
    agents: new AgentStates(),
  };
}

const emptyCommand: CommandRecord = {
  id: "",
  region: "",
  comment: "",
  documentName: "",
  parameters: {},
  instanceIds: [],
  targets: [],
  maxConcurrency: "50",
  maxErrors: "0",
  requestedAt: "",
  timeoutSeconds: 3600,
  executionTimeoutSeconds: 3600,
  workingDirectory: "",
  invocations: [],
};

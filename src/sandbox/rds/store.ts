import { join } from "node:path";
import { Transitions } from "../ec2/transitions.ts";
import { JsonStore, type Persistence } from "../json-store.ts";
import { KeyedLock } from "../keyed-lock.ts";
import type { RdsData } from "./records.ts";

export interface RdsStore extends Persistence {
  readonly data: RdsData;
  /** A database's identifier is given once, also to those who ask at the same time. */
  readonly names: KeyedLock;
  /** What is under way with databases; not kept over a restart. */
  readonly transitions: Transitions;
}

export function createRdsStore(home: string): RdsStore {
  const empty: RdsData = { databases: {}, subnetGroups: {}, snapshots: {}, tags: {} };
  const store = new JsonStore<RdsData>(join(home, "rds.json"), empty);
  return { data: store.data, ...store.persistence, names: new KeyedLock(), transitions: new Transitions() };
}

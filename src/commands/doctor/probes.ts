import type { Lecture05Error } from "../../errors.ts";
import type { LocalizedText } from "../../text.ts";

export interface EngineFacts {
  readonly serverVersion: string;
  readonly apiVersion: string;
  readonly operatingSystem: string;
  /** "1" or "2"; empty when the engine does not say. */
  readonly cgroupVersion: string;
  readonly rootDirectory: string;
}

/** What the checks look at. Nothing here changes anything; tests answer with what they like. */
export interface Probes {
  readonly nodeVersion: string;
  readonly platform: NodeJS.Platform;
  readonly env: NodeJS.ProcessEnv;
  readonly isRoot: boolean;
  readonly stateDirectory: string;
  readonly home: string;
  /** Where the sandbox keeps its state. */
  readonly sandboxHome: string;
  /** Path of a program, or undefined. */
  findProgram(name: string): string | undefined;
  /** Names of the groups of this user. */
  groups(): Promise<readonly string[]>;
  engine(): Promise<EngineFacts | Lecture05Error>;
  imagesPresent(): Promise<boolean>;
  registryAnswers(): Promise<boolean>;
  /** Debian mirror that the hosts will use. */
  mirror(): Promise<string>;
  /** HTTP status of a URL, or why there was none ("ENOTFOUND"). */
  httpStatus(url: string): Promise<number | string>;
  /** Free bytes of the file system that holds a directory; undefined when it cannot be seen from here. */
  freeBytes(directory: string): Promise<number | undefined>;
  /** Undefined when it can be written, else why not. A missing directory counts by its nearest parent. */
  whyNotWritable(directory: string): Promise<string | undefined>;
  /** Undefined when a program could listen there, else the error code. */
  whyNotListening(address: string, port: number): Promise<string | undefined>;
}

/** What `doctor --fix` can do. */
export interface Repairs {
  installPackages(names: readonly string[]): Promise<void>;
  startDocker(): Promise<void>;
  buildImages(onProgress: (message: LocalizedText) => void): Promise<void>;
}

export interface Finding {
  readonly name: string;
  readonly title: LocalizedText;
  /** failed: the sandbox does not work. warning: something is missing that is optional or may be fine. */
  readonly status: "ok" | "warning" | "failed";
  readonly observed: LocalizedText;
  /** Commands or actions, most likely first. */
  readonly fix?: readonly (string | LocalizedText)[];
  readonly repair?: (repairs: Repairs, onProgress: (message: LocalizedText) => void) => Promise<void>;
}

export type DoctorCheck = (probes: Probes) => Promise<Finding>;

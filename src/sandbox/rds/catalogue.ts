import { AwsError } from "../wire/action.ts";
import { invalidCombination, invalidValue } from "./errors.ts";

/** Versions of MySQL that can be asked for, the newest of a release last. What answers is Debian's MariaDB. */
const versions = ["8.0.43", "8.0.44", "8.4.6", "8.4.7"] as const;
const defaultVersion = "8.4.7";

export const engineName = "mysql";
export const engineTitle = "MySQL Community Edition";

export interface EngineVersion {
  readonly version: string;
  readonly family: string;
  readonly isDefault: boolean;
}

export const engineVersions: readonly EngineVersion[] = versions.map((version) => ({
  version,
  family: `mysql${releaseOf(version)}`,
  isDefault: version === defaultVersion,
}));

/** 8.4 of 8.4.7 */
export function releaseOf(version: string): string {
  return version.split(".").slice(0, 2).join(".");
}

/** A full version as it is, a release as its newest one; without either the default. */
export function findVersion(wanted: string | undefined): string {
  if (wanted === undefined) return defaultVersion;
  const found = versions.findLast((version) => version === wanted || releaseOf(version) === wanted);
  if (!found) throw invalidCombination(`Cannot find version ${wanted} for ${engineName}`);
  return found;
}

export function parameterGroupOf(version: string): string {
  return `default.mysql${releaseOf(version)}`;
}

export function optionGroupOf(version: string): string {
  return `default:mysql-${releaseOf(version).replace(".", "-")}`;
}

/** Some common classes, with their memory in GiB. Containers are not held to it, only to the connections that follow. */
export const instanceClasses: Readonly<Record<string, number>> = {
  "db.t3.micro": 1,
  "db.t3.small": 2,
  "db.t3.medium": 4,
  "db.t4g.micro": 1,
  "db.t4g.small": 2,
  "db.t4g.medium": 4,
  "db.m6g.large": 8,
  "db.m7g.large": 8,
  "db.r6g.large": 16,
};

export function checkClass(name: string): string {
  if (!Object.hasOwn(instanceClasses, name)) throw invalidValue(`Invalid DB Instance class: ${name}`);
  return name;
}

/** {DBInstanceClassMemory/12582880}, where RDS keeps about a tenth of the memory for itself. */
export function maxConnectionsOf(instanceClass: string): number {
  const bytes = (instanceClasses[instanceClass] ?? 1) * 0.9 * 1024 ** 3;
  return Math.floor(bytes / 12_582_880);
}

/** Smallest and largest size in GiB. */
export const storageTypes: Readonly<Record<string, readonly [number, number]>> = {
  gp2: [20, 65_536],
  gp3: [20, 65_536],
};

/** RDS knows these, too. */
const otherTypes = ["standard", "io1", "io2"];

export function checkStorage(type: string, sizeGib: number | undefined): number {
  const range = Object.hasOwn(storageTypes, type) ? storageTypes[type] : undefined;
  if (!range && otherTypes.includes(type)) {
    throw new AwsError("StorageTypeNotSupported", `The sandbox does not support the storage type ${type}`);
  }
  if (!range) throw invalidValue(`Invalid storage type: ${type}`);
  const [least, most] = range;
  if (sizeGib === undefined || sizeGib < least || sizeGib > most) {
    throw invalidValue(`Invalid storage size for engine name ${engineName} and storage type ${type}: ${sizeGib}`);
  }
  return sizeGib;
}

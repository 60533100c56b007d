import { AwsError } from "../wire/action.ts";

// Codes and words as RDS answers them.

export const invalidValue = (message: string): AwsError => new AwsError("InvalidParameterValue", message);

export const invalidCombination = (message: string): AwsError => new AwsError("InvalidParameterCombination", message);

export const blank = (parameter: string): AwsError =>
  invalidValue(`The parameter ${parameter} must be provided and must not be blank.`);

export const notSupported = (what: string): AwsError => invalidValue(`The sandbox does not support ${what}`);

export const databaseNotFound = (id: string): AwsError =>
  new AwsError("DBInstanceNotFound", `DBInstance ${id} not found.`, 404);

export const invalidState = (message: string): AwsError => new AwsError("InvalidDBInstanceState", message);

export const notAvailable = (id: string): AwsError => invalidState(`Instance ${id} is not in available state.`);

export const subnetGroupNotFound = (name: string): AwsError =>
  new AwsError("DBSubnetGroupNotFoundFault", `DB subnet group '${name}' does not exist.`, 404);

export const snapshotNotFound = (id: string): AwsError =>
  new AwsError("DBSnapshotNotFound", `DBSnapshot ${id} not found.`, 404);

export const snapshotExists = (id: string): AwsError =>
  new AwsError(
    "DBSnapshotAlreadyExists",
    `Cannot create the snapshot because a snapshot with the identifier ${id} already exists.`,
  );

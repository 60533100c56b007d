import { AwsError } from "../wire/action.ts";

// Codes and words as Auto Scaling answers them.

export const invalid = (message: string): AwsError => new AwsError("ValidationError", message);

export const notSupported = (what: string): AwsError => invalid(`The sandbox does not support ${what}`);

export const groupNotFound = (): AwsError => invalid("AutoScalingGroup name not found - null");

export const limitExceeded = (message: string): AwsError => new AwsError("LimitExceeded", message);

export const alreadyExists = (what: string): AwsError => new AwsError("AlreadyExists", what);

export const resourceInUse = (message: string): AwsError => new AwsError("ResourceInUse", message);

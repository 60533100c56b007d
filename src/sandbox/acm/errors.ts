import { AwsError } from "../wire/action.ts";

export const notFound = (arn: string): AwsError =>
  new AwsError("ResourceNotFoundException", `Could not find certificate ${arn}.`);

export const invalid = (message: string): AwsError => new AwsError("ValidationException", message);

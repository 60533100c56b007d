import { AwsError } from "../wire/action.ts";

export function invalidValue(message: string): AwsError {
  return new AwsError("InvalidParameterValue", message);
}

export function invalidCombination(message: string): AwsError {
  return new AwsError("InvalidParameterCombination", message);
}

export function missingParameter(name: string): AwsError {
  return new AwsError("MissingParameter", `The request must contain the parameter ${name}`);
}

export function dependencyViolation(message: string): AwsError {
  return new AwsError("DependencyViolation", message);
}

/** `what` as EC2 names it in its message: vpc, subnet, internetGateway, routeTable. */
export function hasDependencies(what: string, id: string): AwsError {
  return dependencyViolation(`The ${what} '${id}' has dependencies and cannot be deleted.`);
}

export function noDefaultVpc(): AwsError {
  return new AwsError("VPCIdNotSpecified", "No default VPC for this user");
}

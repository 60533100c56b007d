import { AwsError } from "../wire/action.ts";

// Codes and words as ELBv2 answers them.

export const invalid = (message: string): AwsError => new AwsError("ValidationError", message);

export const missing = (parameter: string): AwsError =>
  invalid(
    `1 validation error detected: Value null at '${parameter}' failed to satisfy constraint: Member must not be null`,
  );

export const loadBalancerNotFound = (what = "One or more load balancers not found"): AwsError =>
  new AwsError("LoadBalancerNotFound", what);

export const targetGroupNotFound = (what = "One or more target groups not found"): AwsError =>
  new AwsError("TargetGroupNotFound", what);

export const listenerNotFound = (what = "One or more listeners not found"): AwsError =>
  new AwsError("ListenerNotFound", what);

export const ruleNotFound = (what = "One or more rules not found"): AwsError => new AwsError("RuleNotFound", what);

export const invalidConfiguration = (message: string): AwsError => new AwsError("InvalidConfigurationRequest", message);

export const accessDeniedFor = (bucket: string): AwsError =>
  invalidConfiguration(`Access Denied for bucket: ${bucket}. Please check S3bucket permission`);

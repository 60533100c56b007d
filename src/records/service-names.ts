import type { SweepAnswer } from "../ports/sweep.ts";

/** What AWS calls its services, by the names that a sweep has for them. */
export const serviceNames: Readonly<Record<SweepAnswer["service"], string>> = {
  ec2: "EC2",
  elbv2: "ELB",
  iam: "IAM",
  s3: "S3",
  rds: "RDS",
  ssm: "SSM",
  autoscaling: "Auto Scaling",
};

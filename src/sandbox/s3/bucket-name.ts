import { isIPv4 } from "node:net";
import { AwsError } from "../wire/action.ts";

/** The rules for general purpose buckets (S3 User Guide, "Bucket naming rules"). They also make it safe as a file name. */
export function checkBucketName(name: string): void {
  const valid =
    /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) &&
    !name.includes("..") &&
    !isIPv4(name) &&
    !/^(xn--|sthree-|amzn-s3-demo-)/.test(name) &&
    !/(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/.test(name);
  if (!valid) throw new AwsError("InvalidBucketName", "The specified bucket is not valid.", 400, { BucketName: name });
}

import { healthy, said, withHost } from "../recorded-facts.ts";
import type { Case } from "./case.ts";

const denied = (operation: string) => ({
  [`s3.${operation}`]: ["403 AccessDenied"],
  [`s3.${operation}.text`]: ["is not authorized to perform this"],
});
const setting = (name: string, value: string) => ({
  ...said("env", new RegExp(`^${name}=.*`), `${name}=${value}`),
  ...said("puma.running", new RegExp(`^${name}=.*`), `${name}=${value}`),
});
const bucket = { publicAccessBlocked: true, encrypted: true, versioned: true };
const wide = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "s3:*", Resource: "*" }] } as const;

export const storageCases: readonly Case[] = [
  {
    code: "ASSETS_MISSING",
    what: "never built",
    facts: withHost({
      files: ["present /opt/lecture05/current/Gemfile", "absent /opt/lecture05/current/public/assets/.manifest.json"],
      asset: ["readable /opt/lecture05/current/public", "absent /opt/lecture05/current/public/assets"],
      stylesheet: ["404 0.001 "],
    }),
  },
  {
    code: "ASSETS_UNREADABLE",
    what: "0700",
    facts: withHost({ asset: ["not-readable /opt/lecture05/current/public/assets"], stylesheet: ["404 0.001 "] }),
  },
  {
    code: "STORAGE_LIBVIPS_MISSING",
    what: "no file",
    facts: withHost({ vips: ["ls: cannot access"], "vips.exit": ["2"] }),
  },
  {
    code: "STORAGE_DIRECTORY_READ_ONLY",
    what: "before there is a bucket",
    facts: {
      ...withHost({ "storage.write": ["not-writable /var/lib/lecture05/storage"], form: ["500 - -"] }),
      reached: ["ec2", "puma", "puma-socket"],
    },
  },
  { code: "STORAGE_SERVICE_LOCAL", what: "still", facts: withHost(setting("ACTIVE_STORAGE_SERVICE", "local")) },
  {
    code: "STORAGE_BUCKET_WRONG",
    what: "another",
    facts: withHost({ ...setting("S3_BUCKET", "other"), ...denied("put") }),
  },
  { code: "STORAGE_BUCKET_WRONG", what: "none", facts: withHost(setting("S3_BUCKET", "")) },
  { code: "STORAGE_REGION_WRONG", what: "another", facts: withHost(setting("AWS_REGION", "us-east-1")) },
  { code: "BUCKET_MISSING", what: "deleted", facts: { ...withHost({ "s3.put": ["404 NoSuchBucket"] }), bucket: null } },
  { code: "STORAGE_ROLE_DENIED", what: "no policy", facts: { ...withHost(denied("put")), rolePolicy: null } },
  {
    code: "STORAGE_ROLE_DENIED",
    what: "no delete",
    facts: { ...withHost(denied("delete")), rolePolicy: { ...wide, Statement: [] } },
  },
  { code: "STORAGE_BUCKET_POLICY_DENIES", what: "putting", facts: withHost(denied("put")) },
  { code: "STORAGE_UNREACHABLE", what: "no answer", facts: withHost({ "s3.put": ["000 "] }) },
  { code: "ROLE_POLICY_CHANGED", what: "too wide", facts: { ...healthy, rolePolicy: wide } },
  { code: "BUCKET_PUBLIC", what: "no block", facts: { ...healthy, bucket: { ...bucket, publicAccessBlocked: false } } },
  { code: "BUCKET_NOT_ENCRYPTED", what: "off", facts: { ...healthy, bucket: { ...bucket, encrypted: false } } },
  { code: "BUCKET_NOT_VERSIONED", what: "off", facts: { ...healthy, bucket: { ...bucket, versioned: false } } },
  {
    code: "LOGS_NOT_SHIPPED",
    what: "the timer is stopped",
    facts: withHost(said("timer", /^ActiveState=active$/, "ActiveState=inactive")),
  },
  {
    code: "LOGS_NOT_SHIPPED",
    what: "the last run failed",
    facts: withHost({
      timer: ["Result=success", "Id=a.timer", "ActiveState=active", "", "Result=exit-code", "Id=a.service"],
    }),
  },
];

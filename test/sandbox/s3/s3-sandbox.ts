import { S3Client, type S3ClientConfig } from "@aws-sdk/client-s3";
import { onTestFinished } from "vitest";
import { iamService } from "../../../src/sandbox/iam/service.ts";
import { s3Service } from "../../../src/sandbox/s3/service.ts";
import { createS3Store } from "../../../src/sandbox/s3/store.ts";
import { startTestSandbox, type TestSandbox } from "../../support/sandbox.ts";

export interface S3Sandbox {
  readonly sandbox: TestSandbox;
  readonly s3: S3Client;
  /** A client with other settings: another region, other credentials. */
  readonly client: (config?: S3ClientConfig) => S3Client;
}

/** The sandbox with S3 and IAM, stopped after the test. `home` opens what an earlier one left. */
export async function startS3(home?: string): Promise<S3Sandbox> {
  const sandbox = await startTestSandbox({
    services: [s3Service, iamService],
    stores: (home) => ({ s3: createS3Store(home) }),
    ...(home === undefined ? {} : { home }),
  });
  const clients: S3Client[] = [];
  const client = (config: S3ClientConfig = {}): S3Client => {
    const made = new S3Client({ ...sandbox.clientConfig(), ...config });
    clients.push(made);
    return made;
  };
  onTestFinished(async () => {
    for (const made of clients) made.destroy();
    await sandbox.stop();
  });
  return { sandbox, s3: client(), client };
}

export const inTokyo = { LocationConstraint: "ap-northeast-1" } as const;

/** What AWS called the error that the call ended with, with the HTTP status: "NoSuchKey 404". */
export async function errorOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    const { name, $metadata } = error as { name: string; $metadata?: { httpStatusCode?: number } };
    return `${name} ${$metadata?.httpStatusCode ?? ""}`.trim();
  }
  return "no error";
}

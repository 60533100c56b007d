import type { ACMClient } from "@aws-sdk/client-acm";
import type { AutoScalingClient } from "@aws-sdk/client-auto-scaling";
import type { EC2Client } from "@aws-sdk/client-ec2";
import type { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { IAMClient } from "@aws-sdk/client-iam";
import type { RDSClient } from "@aws-sdk/client-rds";
import type { S3Client } from "@aws-sdk/client-s3";
import type { ServiceQuotasClient } from "@aws-sdk/client-service-quotas";
import type { SSMClient } from "@aws-sdk/client-ssm";
import type { STSClient } from "@aws-sdk/client-sts";
import { bePatient, type Patience } from "./patience.ts";
import { RecentlyMade } from "./recently-made.ts";
import { learnSecrets } from "../records/redact.ts";
import { credentialChain, type ResolvedCredentials } from "./credential-chain.ts";
import { renewalOf } from "./profile.ts";
import { noteRenewal, sandboxRenewal } from "./renewal.ts";
import { needsCredentials } from "./translate-error.ts";

/** One call of the SDK, retries included, as the work log keeps it. Durations in milliseconds. */
export interface AwsCall {
  readonly service: string;
  readonly operation: string;
  readonly requestId?: string;
  readonly durationMs: number;
  readonly attempts?: number;
  /** The error's name, as AWS spells it. */
  readonly error?: string;
}

export interface ClientOptions {
  readonly region: string;
  readonly profile?: string | undefined;
  /** Another endpoint for every service, e.g. the sandbox's. Credentials must then be given too. */
  readonly endpoint?: string | undefined;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
  /** Asks the person for the code that an MFA device shows, where a profile's role wants one. */
  readonly askMfaCode?: ((device: string) => Promise<string>) | undefined;
  readonly onCall?: (call: AwsCall) => void;
  /** Absent: what the SDK's own few attempts do not overcome fails. */
  readonly patience?: Patience | undefined;
  /** The SDK's own, whose pauses nobody sees and no Ctrl-C ends. Default: 3, which are over in three seconds. */
  readonly maxAttempts?: number | undefined;
  /** After so long without an answer a call counts as unanswered, in milliseconds. Default: a minute. */
  readonly answerTimeoutMs?: number | undefined;
  /** Asked before each call; what it throws keeps the call from being made. */
  readonly beforeCall?: (operation: string) => void;
}

/** The SDK's clients. Each is imported and made on first use, because importing all costs more than a second. */
export interface Clients {
  acm(): Promise<ACMClient>;
  autoScaling(): Promise<AutoScalingClient>;
  ec2(): Promise<EC2Client>;
  elbv2(): Promise<ElasticLoadBalancingV2Client>;
  iam(): Promise<IAMClient>;
  rds(): Promise<RDSClient>;
  s3(): Promise<S3Client>;
  serviceQuotas(): Promise<ServiceQuotasClient>;
  ssm(): Promise<SSMClient>;
  sts(): Promise<STSClient>;
  /** The credentials that all of them sign with. */
  credentials(): Promise<ResolvedCredentials>;
  /** Closes the connections that keep a process alive. */
  destroy(): void;
}

/** The middleware stack, as far as it is the same for every client. */
interface Observable {
  middlewareStack: { add(middleware: unknown, options: object): void };
  /** The SDK keeps what it has found, so asking again costs nothing. */
  config: {
    credentials: () => Promise<{ readonly secretAccessKey: string; readonly sessionToken?: string | undefined }>;
  };
  destroy(): void;
}

const connectTimeoutMs = 10_000;
const defaultAnswerTimeoutMs = 60_000;

/** The only place where clients are built, and the only one that knows an endpoint. */
export function createClients(options: ClientOptions): Clients {
  // One for all clients: a role with MFA would ask for a code for each.
  const credentials = credentialChain(options);
  const config = {
    region: options.region,
    maxAttempts: options.maxAttempts ?? 3,
    // By itself the SDK waits for ever for an answer that got lost on the way.
    requestHandler: {
      connectionTimeout: connectTimeoutMs,
      requestTimeout: options.answerTimeoutMs ?? defaultAnswerTimeoutMs,
      throwOnRequestTimeout: true,
    },
    credentials,
    ...(options.endpoint ? { endpoint: options.endpoint } : {}),
    ...(options.profile ? { profile: options.profile } : {}),
  };
  const made: Observable[] = [];
  const { patience } = options;
  const recent = new RecentlyMade(() => patience?.clock.now() ?? new Date());
  const shared = { recent, line: { isKnownToWork: false } };

  function once<Client extends Observable>(service: string, make: () => Promise<Client>): () => Promise<Client> {
    let client: Promise<Client> | undefined;
    return () => {
      client ??= make().then((it) => {
        made.push(it);
        observe(it, service, options);
        if (patience) bePatient(it, service, shared, patience);
        return it;
      });
      return client;
    };
  }

  return {
    acm: once("acm", async () => new (await import("@aws-sdk/client-acm")).ACMClient(config)),
    autoScaling: once(
      "autoscaling",
      async () => new (await import("@aws-sdk/client-auto-scaling")).AutoScalingClient(config),
    ),
    ec2: once("ec2", async () => new (await import("@aws-sdk/client-ec2")).EC2Client(config)),
    elbv2: once(
      "elbv2",
      async () => new (await import("@aws-sdk/client-elastic-load-balancing-v2")).ElasticLoadBalancingV2Client(config),
    ),
    iam: once("iam", async () => new (await import("@aws-sdk/client-iam")).IAMClient(config)),
    rds: once("rds", async () => new (await import("@aws-sdk/client-rds")).RDSClient(config)),
    // The sandbox's endpoint is an address, and addresses have no bucket subdomains.
    s3: once(
      "s3",
      async () =>
        new (await import("@aws-sdk/client-s3")).S3Client({
          ...config,
          forcePathStyle: options.endpoint !== undefined,
        }),
    ),
    serviceQuotas: once(
      "servicequotas",
      async () => new (await import("@aws-sdk/client-service-quotas")).ServiceQuotasClient(config),
    ),
    ssm: once("ssm", async () => new (await import("@aws-sdk/client-ssm")).SSMClient(config)),
    sts: once("sts", async () => new (await import("@aws-sdk/client-sts")).STSClient(config)),
    credentials: () => credentials(),
    destroy: () => made.forEach((client) => client.destroy()),
  };
}

type Next = (args: unknown) => Promise<{ output: { $metadata?: { requestId?: string; attempts?: number } } }>;

function observe(client: Observable, service: string, options: ClientOptions): void {
  const { onCall, beforeCall } = options;
  const middleware = (next: Next, context: { commandName?: string }) => async (args: unknown) => {
    const operation = (context.commandName ?? "Unknown").replace(/Command$/, "");
    beforeCall?.(operation);
    const startedAt = performance.now();
    const report = (metadata: { requestId?: string; attempts?: number } | undefined, error?: string): void =>
      onCall?.({
        service,
        operation,
        durationMs: Math.round(performance.now() - startedAt),
        ...(metadata?.requestId ? { requestId: metadata.requestId } : {}),
        ...((metadata?.attempts ?? 1) > 1 ? { attempts: metadata?.attempts ?? 1 } : {}),
        ...(error ? { error } : {}),
      });
    try {
      // Wherever they come from (profile, SSO, a role): before anything can be said about them.
      const { secretAccessKey, sessionToken } = await client.config.credentials();
      learnSecrets(secretAccessKey, sessionToken);
      const result = await next(args);
      report(result.output.$metadata);
      return result;
    } catch (error) {
      const failure = error as { name?: string; $metadata?: { requestId?: string; attempts?: number } };
      report(failure.$metadata, failure.name ?? "Error");
      if (needsCredentials(error)) {
        const { credentials, profile } = options;
        // Given keys are the sandbox's.
        noteRenewal(error, credentials ? sandboxRenewal : await renewalOf(profile, process.env));
      }
      throw error;
    }
  };
  client.middlewareStack.add(middleware, { step: "initialize", priority: "high", name: "lecture05Observe" });
}

import { isDeepStrictEqual } from "node:util";
import { Readable } from "node:stream";
import * as autoscaling from "@aws-sdk/client-auto-scaling";
import * as ec2 from "@aws-sdk/client-ec2";
import * as elbv2 from "@aws-sdk/client-elastic-load-balancing-v2";
import * as iam from "@aws-sdk/client-iam";
import * as rds from "@aws-sdk/client-rds";
import * as s3 from "@aws-sdk/client-s3";
import * as ssm from "@aws-sdk/client-ssm";
import * as sts from "@aws-sdk/client-sts";
import { HttpResponse } from "@smithy/core/protocols";
import { operation as sdkOperation } from "@smithy/core/schema";
import { describe, expect, it } from "vitest";
import { action, type OperationSchema, type ServiceDefinition } from "../../../src/sandbox/wire/action.ts";
import { membersOf, operationOf, type Operation } from "../../../src/sandbox/wire/schema.ts";
import { ServiceWire } from "../../../src/sandbox/wire/service-wire.ts";
import { readAll, type WireRequest } from "../../../src/sandbox/wire/wire-request.ts";
import { RandomValues } from "./random-value.ts";

type Value = Record<string, unknown>;

/** What this test uses of a client: its own half of the protocol. */
interface SdkProtocol {
  serializeRequest(schema: unknown, input: object, context: object): Promise<SdkRequest>;
  deserializeResponse(schema: unknown, context: object, response: HttpResponse): Promise<Value>;
}
interface SdkRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  query: Record<string, string | string[] | null>;
  body?: string | Uint8Array;
}
interface SdkClient {
  config: { protocol: SdkProtocol; protocolSettings: { version: string; xmlNamespace: string } };
}

const config = { region: "x", endpoint: "http://127.0.0.1:1", credentials: { accessKeyId: "a", secretAccessKey: "b" } };

const services: readonly [string, ServiceDefinition["protocol"], object, unknown][] = [
  ["autoscaling", "awsQuery", autoscaling, new autoscaling.AutoScalingClient(config)],
  ["ec2", "ec2Query", ec2, new ec2.EC2Client(config)],
  ["elasticloadbalancing", "awsQuery", elbv2, new elbv2.ElasticLoadBalancingV2Client(config)],
  ["iam", "awsQuery", iam, new iam.IAMClient(config)],
  ["rds", "awsQuery", rds, new rds.RDSClient(config)],
  ["s3", "restXml", s3, new s3.S3Client(config)],
  ["ssm", "awsJson1_1", ssm, new ssm.SSMClient(config)],
  ["sts", "awsQuery", sts, new sts.STSClient(config)],
];

/** An event stream; a host name that carries input; and one that only S3 Express tells from ListBuckets. */
const notServed = new Set(["SelectObjectContent", "WriteGetObjectResponse", "ListDirectoryBuckets"]);

function schemasOf(module: object): OperationSchema[] {
  const all: unknown[] = Object.values(module);
  const isOperation = (value: unknown): value is OperationSchema => Array.isArray(value) && value[0] === 9;
  return all.filter(isOperation).filter((schema) => !notServed.has(String(schema[2])) && !streamsEvents(schema));
}

function streamsEvents(schema: OperationSchema): boolean {
  const { input, output } = operationOf(action(schema, () => ({})));
  const isEvents = ([, member]: ReturnType<typeof membersOf>[number]) =>
    member.isStreaming() && member.isStructSchema();
  return [...membersOf(input), ...membersOf(output)].some(isEvents);
}

function comparable(value: unknown): unknown {
  if (value instanceof Uint8Array) return { bytes: Buffer.from(value).toString("hex") };
  if (value instanceof Date) return { date: value.toISOString() };
  // Some headers with JSON come as the SDK's lazy string objects.
  if (Object.prototype.toString.call(value) === "[object String]") return String(value);
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries.map(([key, item]) => [key, comparable(item)]));
}

function differs(got: unknown, sent: unknown): string | undefined {
  const [a, b] = [comparable(got), comparable(sent)];
  return isDeepStrictEqual(a, b)
    ? undefined
    : `${JSON.stringify(a).slice(0, 300)} !== ${JSON.stringify(b).slice(0, 300)}`;
}

/** The SDK's JSON body is a Uint8Array with methods of strings: only its memory is taken. */
function bytesOf(body: string | Uint8Array | undefined): Buffer {
  if (body === undefined || typeof body === "string") return Buffer.from(body ?? "");
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
}

function wireRequest(request: SdkRequest): WireRequest {
  const query = new URLSearchParams();
  for (const [name, values] of Object.entries(request.query ?? {})) {
    for (const value of Array.isArray(values) ? values : [values]) query.append(name, value ?? "");
  }
  const headers = Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]);
  return { method: request.method, rawPath: request.path, query, headers: Object.fromEntries(headers) };
}

async function trip(wire: ServiceWire, client: SdkClient, schema: OperationSchema, random: RandomValues) {
  const operation = operationOf(action(schema, () => ({})));
  const [, namespace, name, traits, input, output] = schema as readonly [9, string, string, number, never, never];
  const sdk = sdkOperation(namespace, name, traits, input, output);
  const endpoint = { protocol: "http:", hostname: "127.0.0.1", port: 1, path: "/", query: {} };
  const context = { ...client.config, endpoint: async () => endpoint };
  const request = await requestTrip(wire, client, operation, sdk, context, random);
  const response = await responseTrip(wire, client, operation, sdk, context, random);
  return [request && `${name} request: ${request}`, response && `${name} response: ${response}`].filter(Boolean);
}

async function requestTrip(
  wire: ServiceWire,
  { config: { protocol } }: SdkClient,
  operation: Operation,
  sdk: unknown,
  context: object,
  random: RandomValues,
): Promise<string | undefined> {
  const sent = random.structure(operation.input);
  const isRest = wire.definition.protocol === "restXml";
  // The HTTP message itself decides about these.
  if (isRest) for (const name of ["ContentLength", "ContentType", "ContentEncoding"]) delete sent[name];
  const serialized = await protocol.serializeRequest(sdk, structuredClone(sent), context);
  const body = bytesOf(serialized.body);
  // The endpoint's rules put the bucket before the path; they are not part of the protocol.
  const bucket = isRest && typeof sent.Bucket === "string" ? `/${sent.Bucket}` : "";
  const request = wireRequest({ ...serialized, path: bucket + serialized.path });
  if (!isRest) {
    const parsed = await wire.parse(request, body);
    return parsed.operation.name === operation.name
      ? differs(parsed.input, sent)
      : `taken for ${parsed.operation.name}`;
  }
  request.query.delete("x-id");
  const found = wire.route(request);
  if (found.name !== operation.name) return `taken for ${found.name}`;
  const got = (await wire.readRest(found, request, {
    stream: Readable.from([body]),
    collect: async () => body,
  })) as Value;
  for (const [name, value] of Object.entries(got)) if (value instanceof Readable) got[name] = await readAll(value);
  if (sent.Body === undefined) delete got.Body;
  if (sent.ContentType === undefined) delete got.ContentType;
  if (sent.ContentLength === undefined) delete got.ContentLength;
  return differs(got, sent);
}

async function responseTrip(
  wire: ServiceWire,
  { config: { protocol } }: SdkClient,
  operation: Operation,
  sdk: unknown,
  context: object,
  random: RandomValues,
): Promise<string | undefined> {
  const sent = random.structure(operation.output);
  if (sent.StatusCode !== undefined && wire.definition.protocol === "restXml") sent.StatusCode = 200;
  const { status, headers, body } = wire.write(operation, structuredClone(sent), "request-1");
  const bytes = body === undefined ? [] : [Buffer.from(body as Uint8Array | string)];
  const response = new HttpResponse({ statusCode: status, headers, body: Readable.from(bytes) });
  const { $metadata: _metadata, ...got } = await protocol.deserializeResponse(sdk, context, response);
  for (const [name, value] of Object.entries(got)) {
    const stream = value as { transformToByteArray?: () => Promise<Uint8Array> } | undefined;
    if (stream?.transformToByteArray) got[name] = await stream.transformToByteArray();
  }
  return differs(got, sent);
}

describe("a random round trip with the SDK on the other side", () => {
  it.each(services)(
    "of every operation of %s",
    async (signingName, protocol, module, sdkClient) => {
      const client = sdkClient as SdkClient;
      const schemas = schemasOf(module);
      const { version, xmlNamespace } = client.config.protocolSettings;
      const actions = schemas.map((schema) => action(schema, () => ({})));
      const wire = new ServiceWire({ signingName, protocol, version, xmlNamespace: xmlNamespace ?? "", actions });
      const failures: (string | undefined)[] = [];
      for (const [index, schema] of schemas.entries()) {
        try {
          failures.push(...(await trip(wire, client, schema, new RandomValues(index + 1))));
        } catch (error) {
          failures.push(`${String(schema[2])}: ${String(error)}`);
        }
      }
      expect(schemas.length).toBeGreaterThan(5);
      expect(failures).toEqual([]);
    },
    60_000,
  );
});

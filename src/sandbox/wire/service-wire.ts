import { JsonCodec2 } from "@smithy/core/protocols";
import type { AwsError, ServiceDefinition } from "./action.ts";
import type { Answer } from "./answer.ts";
import { errorAnswer } from "./error-answer.ts";
import { failure } from "./failures.ts";
import { checkTypes } from "./json-types.ts";
import { OutputWriter } from "./output.ts";
import { checkRequired, QueryInputReader } from "./query-input.ts";
import { RestInputReader, type RestBody } from "./rest-input.ts";
import { RestRouter } from "./rest-route.ts";
import { operationOf, type Operation } from "./schema.ts";
import { bucketAndKey, type WireRequest } from "./wire-request.ts";

export interface ParsedRequest {
  readonly operation: Operation;
  readonly input: object;
}

/** One service on the wire: finds the operation, reads its input, writes its output or an error. */
export class ServiceWire {
  private readonly operations: ReadonlyMap<string, Operation>;
  private readonly output: OutputWriter;
  private readonly router: RestRouter | undefined;
  private readonly rest: RestInputReader | undefined;
  private readonly query: QueryInputReader | undefined;
  private readonly json = new JsonCodec2({
    timestampFormat: { useTrait: true, default: 7 },
    jsonName: false,
  }).createDeserializer();

  constructor(readonly definition: ServiceDefinition) {
    const { protocol, actions, xmlNamespace } = definition;
    this.operations = new Map(actions.map((action) => [action.name, operationOf(action)]));
    this.output = new OutputWriter(definition);
    if (protocol === "restXml") {
      this.router = new RestRouter([...this.operations.values()]);
      this.rest = new RestInputReader(xmlNamespace);
    }
    if (protocol === "ec2Query" || protocol === "awsQuery") this.query = new QueryInputReader(protocol);
  }

  /** The name that the client asked for, as far as it can be told; for the log of unknown actions. */
  operationNameIn(request: WireRequest, body: Buffer): string {
    if (this.definition.protocol === "awsJson1_1") return request.headers["x-amz-target"]?.split(".")[1] ?? "";
    if (this.definition.protocol === "restXml") return request.query.get("x-id") ?? "";
    return formOf(request, body).get("Action") ?? "";
  }

  async parse(request: WireRequest, body: Buffer): Promise<ParsedRequest> {
    const operation = this.find(this.operationNameIn(request, body));
    if (this.query) return { operation, input: this.query.read(operation.input, formOf(request, body)) };
    const input = operation.input.isUnitSchema() || body.length === 0 ? {} : await this.readJson(operation, body);
    checkTypes(operation.input, input);
    checkRequired(this.definition.protocol, operation.input, input, "");
    return { operation, input };
  }

  route(request: WireRequest): Operation {
    const { bucket, key } = bucketAndKey(request.rawPath);
    if (!this.router) throw new Error("only REST services have routes");
    return this.router.find(request, bucket, key);
  }

  async readRest(operation: Operation, request: WireRequest, body: RestBody): Promise<object> {
    const { bucket, key } = bucketAndKey(request.rawPath);
    if (!this.rest) throw new Error("only REST services bind inputs to paths");
    return this.rest.read(operation, request, { Bucket: bucket, Key: key }, body);
  }

  write(operation: Operation, output: object, requestId: string): Answer {
    return this.output.write(operation, output as Readonly<Record<string, unknown>>, requestId);
  }

  writeError(error: AwsError, requestId: string, resource: string): Answer {
    return errorAnswer(this.definition, error, requestId, resource);
  }

  private find(name: string): Operation {
    const operation = this.operations.get(name);
    if (operation) return operation;
    const message =
      this.definition.protocol === "awsJson1_1" ? "" : `The action ${name} is not valid for this web service.`;
    throw failure(this.definition.protocol, "unknown-action", message);
  }

  private async readJson(operation: Operation, body: Buffer): Promise<object> {
    try {
      const value: unknown = await this.json.read(operation.input, body.toString("utf8"));
      if (typeof value === "object" && value !== null) return value;
    } catch {
      // Answered below: AWS names no reason either.
    }
    throw failure("awsJson1_1", "malformed-body", "The request body could not be read as this operation's input.");
  }
}

function formOf(request: WireRequest, body: Buffer): URLSearchParams {
  const isForm = request.headers["content-type"]?.startsWith("application/x-www-form-urlencoded");
  return isForm ? new URLSearchParams(body.toString("utf8")) : request.query;
}

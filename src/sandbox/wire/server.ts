import { randomUUID } from "node:crypto";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { authorize } from "../iam/authorize.ts";
import type { World } from "../world.ts";
import { AwsError, type ActionContext, type ServiceDefinition } from "./action.ts";
import type { Answer } from "./answer.ts";
import { describe, diskErrorOf, isDisconnect } from "./exceptions.ts";
import { failure } from "./failures.ts";
import { findService } from "./find-service.ts";
import type { Call, Manners } from "./manners.ts";
import type { Operation } from "./schema.ts";
import { isMutating, type RequestLog } from "./request-log.ts";
import { requestBody } from "./request-body.ts";
import { send } from "./send.ts";
import { ServiceWire } from "./service-wire.ts";
import { signatureClaim, type SignatureClaim } from "./signature.ts";
import { verify, type Verified } from "./verify.ts";
import { readAll, wireRequestOf, type WireRequest } from "./wire-request.ts";

export interface WireOptions {
  readonly services: readonly ServiceDefinition[];
  readonly world: World;
  readonly requestLog?: RequestLog | undefined;
  /** Absent: every request is answered at once and as it is meant. */
  readonly manners?: Manners | undefined;
  /** Told of each request once its answer is on its way. */
  readonly onAnswered?: ((answered: Answered) => void) | undefined;
  /** Requests below /_lecture05/, which are not AWS's. */
  readonly internal?: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
}

/** A request of AWS and what became of it. */
export interface Answered {
  /** As in the signature's scope. */
  readonly service: string;
  readonly message: IncomingMessage;
  readonly request: WireRequest;
  readonly time: Date;
  readonly requestId: string;
  /** Undefined when the signature was not right. */
  readonly callerArn: string | undefined;
  readonly status: number;
  readonly errorCode: string | undefined;
  readonly bytesSent: number | undefined;
  readonly totalMs: number;
}

/** What is known of a request while it is worked on, for its answer and its line in the log. */
interface Exchange {
  readonly requestId: string;
  readonly startedAt: number;
  readonly request: WireRequest;
  readonly claim: SignatureClaim | "malformed" | undefined;
  wire: ServiceWire;
  operation: string;
  errorCode?: string;
  /** Known once the request was understood. */
  call?: Call;
}

/** Answers AWS requests of all services on one port; they are told apart by the scope of their signature. */
export function createWireHandler(options: WireOptions): RequestListener {
  const { world, manners } = options;
  const wires = options.services.map((definition) => new ServiceWire(definition));

  return (message, response) => {
    if (message.url?.startsWith("/_lecture05/") && options.internal) {
      options.internal(message, response).catch((error: unknown) => giveUp(error, response));
      return;
    }
    exchange(message, response).catch((error: unknown) => giveUp(error, response));
  };

  function giveUp(error: unknown, response: ServerResponse): void {
    if (!isDisconnect(error)) world.log({ level: "error", event: "request-failed", error: describe(error) });
    if (response.headersSent) response.destroy();
    else response.writeHead(500).end();
  }

  async function exchange(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = wireRequestOf(message);
    const claim = signatureClaim(request);
    const wire = findService(wires, request, claim);
    if (!wire) {
      response.writeHead(404, { "content-type": "text/plain" }).end("No such service\n");
      message.resume();
      return;
    }
    const current: Exchange = {
      requestId: randomUUID(),
      startedAt: performance.now(),
      request,
      claim,
      wire,
      operation: "",
    };
    const answer = await answerTo(current, message);
    const { call, errorCode } = current;
    const isLost = manners && call && errorCode === undefined && !(await manners.delivers(call));
    options.requestLog?.append(logEntry(current, answer.status));
    if (isLost) {
      response.destroy();
      return;
    }
    if (manners) answer.headers.date = clockFor(current).toUTCString();
    await send(message, response, answer);
    options.onAnswered?.(answeredOf(current, message, answer));
  }

  function answeredOf(current: Exchange, message: IncomingMessage, { status, headers }: Answer): Answered {
    const { request, requestId, errorCode, call, startedAt } = current;
    const length = message.method === "HEAD" ? undefined : headers["content-length"];
    return {
      service: current.wire.definition.signingName,
      message,
      request,
      time: world.now(),
      requestId,
      callerArn: call?.caller.arn,
      status,
      errorCode,
      bytesSent: length === undefined ? undefined : Number(length),
      totalMs: performance.now() - startedAt,
    };
  }

  async function answerTo(current: Exchange, message: IncomingMessage): Promise<Answer> {
    try {
      return current.wire.definition.protocol === "restXml"
        ? await answerRest(current, message)
        : await answerRpc(current, message);
    } catch (error) {
      const known = error instanceof AwsError ? error : unexpected(current, error);
      current.errorCode = known.code;
      return current.wire.writeError(known, current.requestId, current.request.rawPath);
    }
  }

  async function answerRpc(current: Exchange, message: IncomingMessage): Promise<Answer> {
    const { wire, request } = current;
    const body = await readAll(message);
    current.operation = wire.operationNameIn(request, body);
    const verified = verifyNow(current, body);
    const { operation, input } = await wire.parse(request, body);
    authorizeRole(current, verified, operation);
    if (wire.definition.protocol === "ec2Query" && (input as { DryRun?: boolean }).DryRun === true) {
      throw new AwsError("DryRunOperation", "Request would have succeeded, but DryRun flag is set.", 412);
    }
    return handle(current, operation, input, verified, message);
  }

  async function answerRest(current: Exchange, message: IncomingMessage): Promise<Answer> {
    const { wire, request } = current;
    current.operation = wire.operationNameIn(request, Buffer.alloc(0));
    const verified = verifyNow(current, undefined);
    const operation = wire.route(request);
    current.operation = operation.name;
    const body = requestBody(message, request, verified, current.claim);
    const input = await wire.readRest(operation, body.request, body);
    return handle(current, operation, input, verified, message);
  }

  function verifyNow(current: Exchange, body: Buffer | undefined): Verified {
    const { protocol } = current.wire.definition;
    const find = (accessKeyId: string) => world.iam.findCredentials(accessKeyId);
    return verify(protocol, current.request, current.claim, body, find, clockFor(current));
  }

  function clockFor({ claim }: Exchange): Date {
    const now = world.now();
    return manners && typeof claim === "object" ? manners.clock(now, claim.accessKeyId) : now;
  }

  /** S3 is not asked here: its actions ask themselves, with the object's ARN. */
  function authorizeRole(current: Exchange, verified: Verified, operation: Operation): void {
    const { protocol, signingName } = current.wire.definition;
    if (verified.caller.roleName === undefined || operation.name === "GetCallerIdentity") return;
    const action = `${signingName}:${operation.name}`;
    const decision = authorize(world, verified.caller, action, "*");
    if (decision === "allow") return;
    const reason =
      decision === "explicit-deny"
        ? "with an explicit deny in an identity-based policy"
        : `because no identity-based policy allows the ${action} action`;
    throw failure(
      protocol,
      "access-denied",
      `User: ${verified.caller.arn} is not authorized to perform: ${action} on resource: * ${reason}`,
    );
  }

  async function handle(
    current: Exchange,
    operation: Operation,
    input: object,
    verified: Verified,
    message: IncomingMessage,
  ): Promise<Answer> {
    let status: number | undefined;
    const call = callOf(current, operation, input, verified);
    const context: ActionContext = {
      world,
      requestId: current.requestId,
      region: typeof current.claim === "object" ? current.claim.region : "",
      caller: verified.caller,
      request: message,
      setStatus: (value) => (status = value),
    };
    const output = manners
      ? await handleWith(manners, call, () => operation.action.handle(input, context))
      : await operation.action.handle(input, context);
    const answer = current.wire.write(operation, output, current.requestId);
    if (status !== undefined) answer.status = status;
    return answer;
  }

  async function handleWith(on: Manners, call: Call, act: () => Promise<object> | object): Promise<object> {
    await on.admit(call);
    return on.show(call, await act());
  }

  function callOf(current: Exchange, operation: Operation, input: object, { caller }: Verified): Call {
    const { signingName: service, protocol } = current.wire.definition;
    const userAgent = current.request.headers["user-agent"] ?? "";
    return (current.call = { service, protocol, operation: operation.name, input, caller, userAgent });
  }

  function unexpected(current: Exchange, error: unknown): AwsError {
    if (!isDisconnect(error)) {
      world.log({
        level: "error",
        event: "action-failed",
        service: current.wire.definition.signingName,
        operation: current.operation,
        requestId: current.requestId,
        error: describe(error),
      });
    }
    const { protocol } = current.wire.definition;
    const full = diskErrorOf(error);
    if (full !== undefined) {
      const message = `The sandbox cannot write to ${world.home}: ${full}. Send the request again when it can.`;
      return failure(protocol, "unavailable", message);
    }
    return failure(protocol, "internal", "An internal error has occurred. The sandbox's daemon.log has the details.");
  }

  function reasonOf(call: Call | undefined): { readonly realism?: string } {
    const realism = call && manners?.reasonFor(call);
    return realism === undefined ? {} : { realism };
  }

  function logEntry(current: Exchange, status: number): Parameters<RequestLog["append"]>[0] {
    return {
      time: world.now().toISOString(),
      service: current.wire.definition.signingName,
      operation: current.operation,
      mutating: isMutating(current.operation),
      accessKeyId: typeof current.claim === "object" ? current.claim.accessKeyId : "",
      status,
      ...(current.errorCode === undefined ? {} : { errorCode: current.errorCode }),
      ...reasonOf(current.call),
      durationMs: Math.round(performance.now() - current.startedAt),
      requestId: current.requestId,
    };
  }
}

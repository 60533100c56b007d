import type { ServiceDefinition } from "./action.ts";
import type { ServiceWire } from "./service-wire.ts";
import type { SignatureClaim } from "./signature.ts";
import type { WireRequest } from "./wire-request.ts";

/** The service by the signature's scope; for unsigned requests by what else gives it away, else S3. */
export function findService(
  wires: readonly ServiceWire[],
  request: WireRequest,
  claim: SignatureClaim | "malformed" | undefined,
): ServiceWire | undefined {
  const by = (test: (definition: ServiceDefinition) => boolean) => wires.find((wire) => test(wire.definition));
  if (typeof claim === "object") return by((definition) => definition.signingName === claim.service);
  const target = request.headers["x-amz-target"]?.split(".")[0];
  if (target !== undefined) return by((definition) => definition.target === target);
  const version = request.query.get("Version");
  if (version !== null) return by((definition) => definition.version === version);
  const isForm = request.headers["content-type"]?.startsWith("application/x-www-form-urlencoded") ?? false;
  return by(({ protocol }) => protocol === (isForm ? "awsQuery" : "restXml")) ?? wires[0];
}

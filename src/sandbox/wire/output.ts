import { XmlShapeSerializer } from "@aws-sdk/core/protocols";
import { JsonCodec2, ToStringShapeSerializer } from "@smithy/core/protocols";
import type { Schema, SchemaRef } from "@smithy/types";
import type { ServiceDefinition } from "./action.ts";
import { jsonAnswer, xmlAnswer, xmlDeclaration, type Answer } from "./answer.ts";
import { escapeXml } from "./error-answer.ts";
import { membersOf, structure, structureOf, traitsOf, type Operation } from "./schema.ts";

type Output = Readonly<Record<string, unknown>>;

const metadata = structure("ResponseMetadata", [["RequestId", 0]]);

/** Writes the output of a service's operations in its protocol. */
export class OutputWriter {
  private readonly xml: XmlShapeSerializer;
  private readonly text: ToStringShapeSerializer;
  private readonly json = new JsonCodec2({
    timestampFormat: { useTrait: true, default: 7 },
    jsonName: false,
  }).createSerializer();
  private readonly envelopes = new Map<string, Schema>();

  constructor(private readonly service: ServiceDefinition) {
    const settings = {
      timestampFormat: { useTrait: true, default: 5 as const },
      httpBindings: service.protocol === "restXml",
      xmlNamespace: service.xmlNamespace,
      serviceNamespace: service.xmlNamespace,
    };
    this.xml = new XmlShapeSerializer(settings);
    this.text = new ToStringShapeSerializer(settings);
  }

  write(operation: Operation, output: Output, requestId: string): Answer {
    switch (this.service.protocol) {
      case "awsJson1_1":
        return jsonAnswer(200, requestId, this.writeJson(operation, output));
      case "awsQuery": {
        const envelope = { [`${operation.name}Result`]: output, ResponseMetadata: { RequestId: requestId } };
        return xmlAnswer(200, requestId, this.writeXml(this.envelopeOf(operation), envelope));
      }
      case "ec2Query":
        return xmlAnswer(
          200,
          requestId,
          this.writeXml(this.envelopeOf(operation), { ...output, requestId, return: true }),
        );
      default:
        return this.writeRest(operation, output, requestId);
    }
  }

  /** The protocol's wrapper around the output, as a structure of our own that holds the SDK's. */
  private envelopeOf(operation: Operation): Schema {
    let envelope = this.envelopes.get(operation.name);
    if (!envelope) {
      envelope = this.service.protocol === "ec2Query" ? ec2Envelope(operation) : queryEnvelope(operation);
      this.envelopes.set(operation.name, envelope);
    }
    return envelope;
  }

  private writeRest(operation: Operation, output: Output, requestId: string): Answer {
    const answer: Answer = {
      status: operation.http?.[2] ?? 200,
      headers: { "x-amz-request-id": requestId, "x-amz-id-2": Buffer.from(requestId).toString("base64") },
    };
    const inBody: Record<string, unknown> = {};
    let hasBody = false;
    for (const [name, member] of membersOf(operation.output)) {
      const traits = traitsOf(member);
      const value = output[name];
      const bound = traits.httpHeader ?? traits.httpPrefixHeaders ?? traits.httpPayload ?? traits.httpResponseCode;
      if (bound === undefined) hasBody = true;
      if (value === undefined || value === null) continue;
      if (traits.httpHeader !== undefined) {
        this.text.write(member, value);
        answer.headers[traits.httpHeader.toLowerCase()] = headerSafe(this.text.flush());
      } else if (traits.httpPrefixHeaders !== undefined) {
        for (const [key, text] of Object.entries(value as Record<string, string>)) {
          answer.headers[`${traits.httpPrefixHeaders}${key}`.toLowerCase()] = headerSafe(text);
        }
      } else if (traits.httpResponseCode !== undefined) {
        answer.status = Number(value);
      } else if (traits.httpPayload !== undefined) {
        if (member.isStructSchema()) this.setXml(answer, this.writeXml(member, value));
        else answer.body = value as NonNullable<Answer["body"]>;
      } else inBody[name] = value;
    }
    if (operation.name === "GetBucketLocation") this.setXml(answer, this.unwrappedLocation(output));
    else if (hasBody) this.setXml(answer, this.writeXml(operation.output, inBody));
    return answer;
  }

  /** The trait s3UnwrappedXmlOutput is not in the SDK's schemas, and this is the only operation that has it. */
  private unwrappedLocation(output: Output): string {
    const location = typeof output.LocationConstraint === "string" ? output.LocationConstraint : "";
    return `<LocationConstraint xmlns="${this.service.xmlNamespace}">${escapeXml(location)}</LocationConstraint>`;
  }

  private setXml(answer: Answer, xml: string): void {
    answer.headers["content-type"] = "application/xml";
    answer.body = xmlDeclaration + xml;
  }

  private writeXml(schema: Schema, value: unknown): string {
    this.xml.write(schema, value);
    return String(this.xml.flush());
  }

  private writeJson(operation: Operation, output: Output): Uint8Array {
    this.json.write(operation.output.isUnitSchema() ? 15 : operation.output, output);
    const bytes: unknown = this.json.flush();
    if (typeof bytes === "string") return Buffer.from(bytes);
    // The serializer hands out a view of its own buffer, which the next answer overwrites.
    const view = bytes as Uint8Array;
    return new Uint8Array(view.buffer, view.byteOffset, view.byteLength).slice();
  }
}

function ec2Envelope(operation: Operation): Schema {
  const { names, schemas } = structureOf(operation.output);
  const members = names.map((name, index) => [name, schemas[index] ?? 0] as const);
  const requestId = ["requestId", 0] as const;
  return structure(`${operation.name}Response`, [
    requestId,
    ...(members.length > 0 ? members : [["return", 2] as const]),
  ]);
}

function queryEnvelope(operation: Operation): Schema {
  const responseMetadata = ["ResponseMetadata", () => metadata] as const;
  if (operation.output.isUnitSchema()) return structure(`${operation.name}Response`, [responseMetadata]);
  const output = operation.output.getSchema() as SchemaRef;
  return structure(`${operation.name}Response`, [[`${operation.name}Result`, () => output] as const, responseMetadata]);
}

/** Node refuses to send a header with such characters; S3 would answer it MIME-encoded. */
function headerSafe(text: string): string {
  return /^[\t\u0020-\u007e\u0080-\u00ff]*$/.test(text) ? text : `=?UTF-8?B?${Buffer.from(text).toString("base64")}?=`;
}

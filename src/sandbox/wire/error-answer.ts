import type { AwsError, ServiceDefinition } from "./action.ts";
import { jsonAnswer, xmlAnswer, type Answer } from "./answer.ts";

/** Writes an error as the service's protocol does. None of these bodies is in the SDK's schemas. */
export function errorAnswer(service: ServiceDefinition, error: AwsError, requestId: string, resource: string): Answer {
  if (service.protocol === "awsJson1_1") {
    const body = { __type: error.code, message: error.message, ...error.fields };
    return jsonAnswer(error.status, requestId, JSON.stringify(body));
  }
  const answer = xmlAnswer(error.status, requestId, xmlBody(service, error, requestId, resource));
  if (service.protocol === "restXml") {
    answer.headers["content-type"] = "application/xml";
    if (error.status === 304 || error.status === 204) delete answer.body;
  }
  return answer;
}

function xmlBody(service: ServiceDefinition, error: AwsError, requestId: string, resource: string): string {
  const code = element("Code", error.code) + element("Message", error.message);
  const fields = Object.entries(error.fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => element(name, String(value)))
    .join("");
  switch (service.protocol) {
    case "ec2Query":
      return `<Response><Errors><Error>${code}${fields}</Error></Errors>${element("RequestID", requestId)}</Response>`;
    case "awsQuery": {
      const type = element("Type", error.status < 500 ? "Sender" : "Receiver");
      const body = `<Error>${type}${code}${fields}</Error>${element("RequestId", requestId)}`;
      return `<ErrorResponse xmlns="${escapeXml(service.xmlNamespace)}">${body}</ErrorResponse>`;
    }
    default:
      // S3 alone writes its errors without a namespace and without an envelope.
      return `<Error>${code}${fields}${element("Resource", resource)}${element("RequestId", requestId)}</Error>`;
  }
}

function element(name: string, text: string): string {
  return `<${name}>${escapeXml(text)}</${name}>`;
}

/** XML 1.0 has no way to write these. */
const controlCharacters = /(?![\t\n\r])\p{Cc}/gu;

export function escapeXml(text: string): string {
  return text.replace(controlCharacters, "").replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

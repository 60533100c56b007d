import { z } from "zod";
import { stepNames } from "../steps/names.ts";

const statementSchema = z.custom<object>((value) => typeof value === "object" && value !== null);

const policySchema = z.object({ Version: z.literal("2012-10-17"), Statement: z.array(statementSchema).readonly() });

/**
 * Something that a proof took away or made for a moment, with all that is needed to put it right. It is in the state
 * from before the moment until after it, so that whoever comes after a killed command can put it right.
 */
const undoActionSchema = z.discriminatedUnion("kind", [
  /** A unit on a host is stopped. The host starts it by itself, too, after a while. */
  z.object({ kind: z.literal("unit"), instanceId: z.string(), unit: z.enum(["puma.service", "nginx.service"]) }),
  /** An instance is stopped. */
  z.object({ kind: z.literal("instance"), instanceId: z.string() }),
  /** An Auto Scaling group replaces nothing that the load balancer finds ill. */
  z.object({ kind: z.literal("group-held"), groupName: z.string() }),
  /** An instance's metadata service is switched off. */
  z.object({ kind: z.literal("metadata"), instanceId: z.string() }),
  /** A role's inline policy is another one; `document` is what it was. */
  z.object({
    kind: z.literal("role-policy"),
    roleName: z.string(),
    policyName: z.string(),
    document: policySchema,
  }),
  /** A role has an inline policy that it had not before. */
  z.object({ kind: z.literal("role-policy-lent"), roleName: z.string(), policyName: z.string() }),
  /** The access logs' bucket is closed, and the load balancer does not log into it; `document` is its policy. */
  z.object({
    kind: z.literal("access-logs"),
    loadBalancerArn: z.string(),
    bucket: z.string(),
    prefix: z.string(),
    document: policySchema,
  }),
  /** A security group lacks a rule; `rule` is what it was. */
  z.object({
    kind: z.literal("group-rule"),
    groupId: z.string(),
    rule: z.object({
      protocol: z.string(),
      fromPort: z.number(),
      toPort: z.number(),
      source: z.object({ groupId: z.string() }),
    }),
  }),
  /** The subnets of a zone let nothing through; `subnets` tells the network ACL that each had. */
  z.object({
    kind: z.literal("zone-cut"),
    zone: z.string(),
    subnets: z.array(z.object({ subnetId: z.string(), aclId: z.string() })).readonly(),
  }),
  /** A database is stopped, or on its way to its standby. */
  z.object({ kind: z.literal("database"), id: z.string() }),
  /** Records of this name, and their pictures, are in the application at this address. */
  z.object({
    kind: z.literal("fruit"),
    url: z.string(),
    name: z.string(),
    /** How an https address is reached; see TlsRoute. */
    route: z.object({ connectTo: z.string(), serverName: z.string(), fingerprint: z.string() }).optional(),
  }),
]);

export const undoSchema = z.object({
  step: z.enum(stepNames),
  since: z.iso.datetime(),
  action: undoActionSchema,
});

export type UndoAction = z.infer<typeof undoActionSchema>;
export type UndoRecord = z.infer<typeof undoSchema>;

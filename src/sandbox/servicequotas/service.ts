import {
  GetAWSDefaultServiceQuota$,
  GetServiceQuota$,
  ListServiceQuotas$,
  type GetServiceQuotaCommandInput,
  type ListServiceQuotasCommandInput,
  type ServiceQuota,
} from "@aws-sdk/client-service-quotas";
import { action, AwsError, type ServiceDefinition } from "../wire/action.ts";
import { sandboxAccount } from "../world.ts";

/** What AWS grants a new account: service, code, name, value. */
const quotas: readonly (readonly [service: string, code: string, name: string, value: number])[] = [
  ["ec2", "L-1216C47A", "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances", 5],
  ["ec2", "L-0263D0A3", "EC2-VPC Elastic IPs", 5],
  ["vpc", "L-F678F1CE", "VPCs per Region", 5],
  ["vpc", "L-A4707A72", "Internet gateways per Region", 5],
  ["elasticloadbalancing", "L-53DA6B97", "Application Load Balancers per Region", 50],
  ["elasticloadbalancing", "L-69A177A2", "Network Load Balancers per Region", 50],
];

function shape([ServiceCode, QuotaCode, QuotaName, Value]: (typeof quotas)[number], region: string): ServiceQuota {
  return {
    ServiceCode,
    QuotaCode,
    QuotaName,
    Value,
    QuotaArn: `arn:aws:servicequotas:${region}:${sandboxAccount}:${ServiceCode}/${QuotaCode}`,
    Adjustable: true,
    GlobalQuota: false,
    Unit: "None",
  };
}

/** For some quotas AWS knows only the default until somebody has asked for more. */
const defaultOnly = new Set(["L-A4707A72"]);

function find({ ServiceCode, QuotaCode }: GetServiceQuotaCommandInput, region: string): ServiceQuota {
  const found = quotas.find(([service, code]) => service === ServiceCode && code === QuotaCode);
  if (found) return shape(found, region);
  throw noQuota();
}

const noQuota = (): AwsError =>
  new AwsError("NoSuchResourceException", "The request failed because the specified quota code does not exist.");

export const serviceQuotasService: ServiceDefinition = {
  signingName: "servicequotas",
  protocol: "awsJson1_1",
  version: "2019-06-24",
  xmlNamespace: "",
  target: "ServiceQuotasV20190624",
  actions: [
    action(GetServiceQuota$, (input: GetServiceQuotaCommandInput, { region }) => {
      const Quota = find(input, region);
      if (defaultOnly.has(Quota.QuotaCode ?? "")) throw noQuota();
      return { Quota };
    }),
    action(GetAWSDefaultServiceQuota$, (input: GetServiceQuotaCommandInput, { region }) => ({
      Quota: find(input, region),
    })),
    action(ListServiceQuotas$, ({ ServiceCode }: ListServiceQuotasCommandInput, { region }) => ({
      Quotas: quotas.filter(([service]) => service === ServiceCode).map((quota) => shape(quota, region)),
    })),
  ],
};

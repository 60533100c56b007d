import type { Account, QuotaName } from "../ports/account.ts";
import type { LocalizedText } from "../text.ts";
import type { PreflightCheck } from "./check.ts";

const titles: Readonly<Record<QuotaName, LocalizedText>> = {
  vpcs: { en: "Quota: VPCs", ja: "クォータ: VPC" },
  "internet-gateways": { en: "Quota: internet gateways", ja: "クォータ: インターネットゲートウェイ" },
  vcpus: { en: "Quota: vCPUs (On-Demand Standard)", ja: "クォータ: vCPU (オンデマンド標準)" },
  "load-balancers": { en: "Quota: Application Load Balancers", ja: "クォータ: Application Load Balancer" },
  "network-load-balancers": { en: "Quota: Network Load Balancers", ja: "クォータ: Network Load Balancer" },
  "elastic-ips": { en: "Quota: Elastic IPs", ja: "クォータ: Elastic IP" },
};

const consoleService: Readonly<Record<QuotaName, string>> = {
  vpcs: "vpc",
  "internet-gateways": "vpc",
  vcpus: "ec2",
  "load-balancers": "elasticloadbalancing",
  "network-load-balancers": "elasticloadbalancing",
  "elastic-ips": "ec2",
};

/** Whether the account may have `needed` more. */
export async function checkQuota(
  account: Account,
  name: QuotaName,
  needed: number,
  region: string,
): Promise<PreflightCheck> {
  const title = titles[name];
  const quota = await account.findQuota(name);
  if (!quota) {
    const observed = {
      en: "may not be asked for (servicequotas:GetServiceQuota)",
      ja: "確認する権限がありません (servicequotas:GetServiceQuota)",
    };
    return { name: `quota-${name}`, title, verdict: "unknown", observed };
  }
  const { used, limit } = quota;
  const observed = {
    en: `${used} of ${limit} used, ${needed} needed`,
    ja: `使用 ${used} / 上限 ${limit}、必要 ${needed}`,
  };
  if (used + needed <= limit) return { name: `quota-${name}`, title, verdict: "ok", observed };
  const next = [
    {
      en: "Delete what is no longer needed, or ask for more in Service Quotas:",
      ja: "不要なものを削除するか、Service Quotas で引き上げを申請してください:",
    },
    `aws service-quotas list-service-quotas --region ${region} --service-code ${consoleService[name]}`,
  ];
  return { name: `quota-${name}`, title, verdict: "failed", observed, next };
}

/** Graphics, high memory and the like: which quota counts for them, and how full it is, only the launch tells. */
export function ownQuota(instanceType: string): PreflightCheck {
  const observed = {
    en: `${instanceType} is of a family with a quota of its own, which is not asked for`,
    ja: `${instanceType} のファミリーには専用のクォータがあり、ここでは確認できません`,
  };
  return { name: "quota-vcpus", title: titles.vcpus, verdict: "unknown", observed };
}

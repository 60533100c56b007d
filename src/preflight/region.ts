import type { InstanceTypeFacts } from "../ports/account.ts";
import { engine } from "../ports/database.ts";
import type { Ports } from "../ports/index.ts";
import { chooseZones, freeRanges } from "../steps/ec2/layout.ts";
import { imageParameterFor } from "../steps/ec2/image.ts";
import { untranslated } from "../text.ts";
import type { PreflightCheck } from "./check.ts";

export function checkZones(available: readonly string[], region: string): PreflightCheck {
  const name = "zones";
  const title = { en: "Two Availability Zones", ja: "2 つのアベイラビリティーゾーン" };
  const zones = chooseZones(available);
  if (zones.length === 2) return { name, title, verdict: "ok", observed: untranslated(zones.join(", ")) };
  const seen = available.join(", ");
  return {
    name,
    title,
    verdict: "failed",
    observed: {
      en: `${region} has ${available.length} that this account may use: ${seen || "none"}`,
      ja: `${region} で利用できるのは ${available.length} つです: ${seen || "なし"}`,
    },
    next: ["lecture05 up --target aws --region ap-northeast-1"],
  };
}

export function checkInstanceType(
  instanceType: string,
  facts: InstanceTypeFacts | undefined,
  zones: readonly string[],
  region: string,
): PreflightCheck {
  const name = "instance-type";
  const title = { en: `Instance type ${instanceType}`, ja: `インスタンスタイプ ${instanceType}` };
  const next = [
    "lecture05 up --target aws --instance-type t3.small",
    `aws ec2 describe-instance-type-offerings --region ${region} --location-type availability-zone`,
  ];
  const missing = zones.filter((zone) => !facts?.zones.includes(zone));
  if (!facts || (missing.length > 0 && missing.length === zones.length)) {
    const observed = { en: `not offered in ${region}`, ja: `${region} では提供されていません` };
    return { name, title, verdict: "failed", observed, next };
  }
  if (missing.length > 0) {
    const seen = facts.zones.join(", ");
    const observed = {
      en: `not offered in ${missing.join(", ")}, only in ${seen}`,
      ja: `${missing.join(", ")} では提供されていません (提供: ${seen})`,
    };
    return { name, title, verdict: "failed", observed, next };
  }
  const observed = {
    en: `${facts.architecture}, ${facts.vcpus} vCPU`,
    ja: `${facts.architecture}、vCPU ${facts.vcpus}`,
  };
  return { name, title, verdict: "ok", observed };
}

/** RDS in both zones, or a standby could not be made later. */
export function checkDatabaseClass(
  databaseClass: string,
  offered: readonly string[],
  zones: readonly string[],
  region: string,
): PreflightCheck {
  const name = "database-class";
  const title = { en: `Database class ${databaseClass}`, ja: `データベースのクラス ${databaseClass}` };
  const missing = zones.filter((zone) => !offered.includes(zone));
  if (offered.length > 0 && missing.length === 0) {
    return { name, title, verdict: "ok", observed: untranslated(`MySQL ${engine.version}`) };
  }
  const where = offered.length === 0 ? region : missing.join(", ");
  const observed = {
    en: `MySQL ${engine.version} is not offered on it in ${where}`,
    ja: `${where} では MySQL ${engine.version} で利用できません`,
  };
  const next = ["lecture05 up --to database --database-class db.t3.micro"];
  return { name, title, verdict: "failed", observed, next };
}

/** The image's id, which the dry run needs, and whether there is one. */
export async function checkImage(
  { compute }: Pick<Ports, "compute">,
  architecture: InstanceTypeFacts["architecture"],
  region: string,
): Promise<{ readonly check: PreflightCheck; readonly imageId: string | undefined }> {
  const name = "image";
  const title = { en: "Debian 13 image", ja: "Debian 13 の AMI" };
  const parameter = imageParameterFor(architecture);
  const imageId = await compute.findImage(parameter);
  if (imageId !== undefined) return { check: { name, title, verdict: "ok", observed: untranslated(imageId) }, imageId };
  const observed = {
    en: `${region} has no parameter ${parameter}`,
    ja: `${region} にパラメータ ${parameter} がありません`,
  };
  const next = [
    `aws ssm get-parameters-by-path --region ${region} --path /aws/service/debian/release/13/latest`,
    "lecture05 up --target aws --region ap-northeast-1",
  ];
  return { check: { name, title, verdict: "failed", observed, next }, imageId };
}

export function checkAddresses(used: readonly string[]): PreflightCheck {
  const name = "addresses";
  const title = { en: "A free address range for the VPC", ja: "VPC に使えるアドレス範囲" };
  const [range] = freeRanges(used);
  if (range !== undefined) return { name, title, verdict: "ok", observed: untranslated(range) };
  return {
    name,
    title,
    verdict: "failed",
    observed: {
      en: "All of 10.5.0.0/16 to 10.250.0.0/16 are in use",
      ja: "10.5.0.0/16 から 10.250.0.0/16 まで使用中です",
    },
    next: [{ en: "Delete a VPC that is no longer needed", ja: "不要な VPC を削除してください" }],
  };
}

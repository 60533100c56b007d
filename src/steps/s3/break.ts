import { randomUUID } from "node:crypto";
import { Lecture05Error } from "../../errors.ts";
import { check } from "../check.ts";
import { ec2 } from "../ec2.ts";
import { findRequest } from "../request-path.ts";
import type { StepContext, Tell } from "../step.ts";
import { text, type PageClient } from "./page-client.ts";
import { originalOn, withPictureRecord } from "./picture-record.ts";
import { hostLogsPolicy, rolePolicyName } from "./policies.ts";
import { randomPng } from "./test-image.ts";

/** IAM tells its changes to S3 within seconds, on a bad day within a minute. */
const knownTimeoutMs = 90_000;
const pollMs = 500;

/** Takes the pictures out of the role's policy: S3 refuses the application, whose keys come from that role. */
export async function breakRole(ctx: StepContext, { bucket }: { bucket: string }, tell: Tell): Promise<void> {
  const { identity } = ctx.ports;
  const { hosts, roleName, givenRoleArn } = ctx.output(ec2);
  // Somebody else's role: nothing is taken away from it.
  if (givenRoleArn !== undefined) return;
  const document = await identity.findInlinePolicy(roleName, rolePolicyName);
  if (!document) throw missingPolicy(roleName);

  await withPictureRecord(ctx, async ({ page, upload }) => {
    const created = await upload(randomPng(), randomUUID());
    const original = originalOn(text((await page.get(created.headers.location ?? "/")).body)) ?? "/no-picture";
    const policy = { kind: "role-policy" as const, roleName, policyName: rolePolicyName, document };
    await ctx.without([policy], async () => {
      await identity.putInlinePolicy(roleName, rolePolicyName, hostLogsPolicy(bucket, ctx.region));
      const read = await readUntil(ctx, page, original, (status) => status !== "200");
      const requestId = randomUUID();
      const { status } = await upload(randomPng(), requestId);
      const { denied = "" } = (await findRequest(ctx, hosts, requestId)).results;
      tell(
        check(
          "upload-denied",
          { en: "Without the right, an upload is", ja: "権限を外すとアップロードは" },
          "500, AccessDenied",
          `${status}, ${/^Aws::S3::Errors::(\w+)/.exec(denied)?.[1] ?? "no error of S3 in Puma's log"}`,
        ),
        check(
          "denied-role",
          { en: "S3 refused the hosts' role", ja: "拒否されたのはホストの IAM ロール" },
          roleName,
          /assumed-role\/([^/]+)\//.exec(denied)?.[1] ?? "no role in Puma's log",
        ),
        check("picture-denied", { en: "A picture that lies there is", ja: "保存済みの画像は" }, "500", read),
      );
    });
    const again = { en: "With the right back, it is", ja: "権限を戻すと画像は" };
    tell(check("picture-well-again", again, "200", await readUntil(ctx, page, original, (status) => status === "200")));
  });
}

async function readUntil(
  ctx: StepContext,
  page: PageClient,
  path: string,
  expected: (status: string) => boolean,
): Promise<string> {
  const since = ctx.clock.now().getTime();
  for (;;) {
    const status = String((await page.get(path)).status);
    if (expected(status) || ctx.clock.now().getTime() - since >= knownTimeoutMs) return status;
    await ctx.clock.sleep(pollMs);
  }
}

function missingPolicy(roleName: string): Lecture05Error {
  return new Lecture05Error("STEP_CHECK_FAILED", {
    what: { en: "There is no right to take away", ja: "外す権限がありません" },
    why: {
      en: `The role ${roleName} has no policy ${rolePolicyName}`,
      ja: `IAM ロール ${roleName} にポリシー ${rolePolicyName} がありません`,
    },
    next: ["lecture05 step s3"],
  });
}

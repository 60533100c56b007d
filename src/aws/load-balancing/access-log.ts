import type { LoadBalancing } from "../../ports/load-balancing.ts";
import type { Clients } from "../clients.ts";
import { isAwsError } from "../translate-error.ts";
import { waitUntil, type AdapterOptions } from "../wait.ts";
import { accessLogAttributes } from "./requests.ts";

type Part = Pick<LoadBalancing, "findAccessLog" | "setAccessLog">;

const notFound = ["LoadBalancerNotFound", "LoadBalancerNotFoundException"];
/** "Access Denied for bucket", and "S3Bucket validation transient issue" while S3 is still telling of it. */
const notLetIn = ["InvalidConfigurationRequest", "InvalidConfigurationRequestException"];

/** A load balancer's access logs. */
export function createAccessLog(clients: Pick<Clients, "elbv2">, options: AdapterOptions): Part {
  return {
    async findAccessLog(arn) {
      const { DescribeLoadBalancerAttributesCommand } = await import("@aws-sdk/client-elastic-load-balancing-v2");
      const client = await clients.elbv2();
      try {
        const answer = await client.send(new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn: arn }));
        const valueOf = (key: string) => answer.Attributes?.find(({ Key }) => Key === key)?.Value ?? "";
        if (valueOf("access_logs.s3.enabled") !== "true") return undefined;
        return { bucket: valueOf("access_logs.s3.bucket"), prefix: valueOf("access_logs.s3.prefix") };
      } catch (error) {
        if (isAwsError(error, ...notFound)) return undefined;
        throw error;
      }
    },

    async setAccessLog(arn, place, timeoutMs) {
      const { ModifyLoadBalancerAttributesCommand } = await import("@aws-sdk/client-elastic-load-balancing-v2");
      const client = await clients.elbv2();
      const request = { LoadBalancerArn: arn, Attributes: accessLogAttributes(place) };
      const subject = {
        en: `for load balancing to be let into the bucket ${place?.bucket ?? ""}`,
        ja: `ロードバランサーがバケット ${place?.bucket ?? ""} に書き込めるようになること`,
      };
      await waitUntil(options, subject, timeoutMs, async () => {
        try {
          await client.send(new ModifyLoadBalancerAttributesCommand(request));
          return { done: true };
        } catch (error) {
          if (!place && isAwsError(error, ...notFound)) return { done: true };
          if (!place || !isAwsError(error, ...notLetIn)) throw error;
          return { seen: (error as Error).message };
        }
      });
    },
  };
}

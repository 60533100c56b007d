import type { Sweep } from "../ports/sweep.ts";
import type { Clients } from "./clients.ts";

type Needed = Pick<Clients, "autoScaling" | "ec2" | "elbv2" | "iam" | "s3" | "rds" | "ssm">;

/** The sweep over EC2, Elastic Load Balancing, IAM, S3, RDS and Parameter Store; all questions at once, because none changes anything. */
export function createSweep(clients: Needed, { region }: { readonly region: string }): Sweep {
  return {
    async ask(stack, buckets) {
      const [ec2, elbv2, iam, s3, rds, ssm, autoScaling] = await Promise.all([
        import("./sweep/ec2.ts"),
        import("./sweep/elbv2.ts"),
        import("./sweep/iam.ts"),
        import("./sweep/s3.ts"),
        import("./sweep/rds.ts"),
        import("./sweep/ssm.ts"),
        import("./sweep/auto-scaling.ts"),
      ]);
      const answers = await Promise.all([
        ec2.askEc2(clients, stack),
        elbv2.askElbv2(clients, stack),
        iam.askIam(clients, stack),
        s3.askS3(clients, { stack, region, buckets }),
        rds.askRds(clients, stack),
        ssm.askSsm(clients, stack),
        autoScaling.askAutoScaling(clients, stack),
      ]);
      return answers.flat();
    },
  };
}

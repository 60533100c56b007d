import { Lecture05Error } from "../../errors.ts";
import type { LoadBalancer, LoadBalancerKind, TargetGroup } from "../../ports/load-balancing.ts";
import type { StepContext } from "../step.ts";

/** The kind that the stack has, or is to have. */
export function kindOf({ settings: { loadBalancer: asked } }: Pick<StepContext, "settings">): LoadBalancerKind {
  if (asked !== undefined) return asked;
  return "alb";
}

/** Behind a network load balancer targets get bytes, behind an application load balancer requests. */
export const targetProtocolOf = (kind: LoadBalancerKind): "HTTP" | "TCP" => (kind === "nlb" ? "TCP" : "HTTP");

/** Throws where one of the other kind stands: AWS changes no load balancer into another, nor a target group's protocol. */
export function requireKind(
  ctx: Pick<StepContext, "settings" | "stack">,
  loadBalancer: LoadBalancer | undefined,
  targetGroup: TargetGroup | undefined,
): void {
  const wanted = kindOf(ctx);
  const other =
    (loadBalancer && loadBalancer.kind !== wanted) ||
    (targetGroup && targetGroup.protocol !== targetProtocolOf(wanted));
  if (other) throw otherKind(wanted);
}

export function otherKind(wanted: LoadBalancerKind): Lecture05Error {
  const [here, there] = wanted === "nlb" ? ["ALB", "NLB"] : ["NLB", "ALB"];
  return new Lecture05Error("LOAD_BALANCER_KIND", {
    what: {
      en: `This stack has an ${here}, and not an ${there}`,
      ja: `このスタックのロードバランサーは ${there} ではなく ${here} です`,
    },
    why: {
      en: "AWS changes no load balancer into one of another kind: it would be another one, under another name",
      ja: "AWS では、既存のロードバランサーの種類は変更できません。別のもの (別の DNS 名) になります",
    },
    next: [
      {
        en: `Keep this one, and make a second stack beside it: lecture05 --stack NAME --dir DIR up --load-balancer ${wanted}`,
        ja: `今のスタックを残して別のスタックを作成: lecture05 --stack 名前 --dir ディレクトリ up --load-balancer ${wanted}`,
      },
      {
        en: `Or begin anew: lecture05 destroy, then lecture05 up --load-balancer ${wanted}`,
        ja: `または作り直す: lecture05 destroy の後に lecture05 up --load-balancer ${wanted}`,
      },
    ],
  });
}

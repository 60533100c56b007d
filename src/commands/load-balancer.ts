import type { Session } from "../engine/session.ts";
import { Lecture05Error } from "../errors.ts";
import type { LoadBalancerKind } from "../ports/load-balancing.ts";
import type { State } from "../state/schema.ts";
import { otherKind } from "../steps/alb/kind.ts";
import type { Invocation } from "./command.ts";

type Preferring = Pick<Invocation, "preferences">;

/**
 * What --load-balancer says. Undefined: nothing was said, so it stays as it is. Refused, before anything is reached,
 * where one of another kind stands, or where the stack is to have what this kind cannot do.
 */
export function wantedLoadBalancer(
  { preferences }: Preferring,
  state: State | undefined,
): LoadBalancerKind | undefined {
  const { loadBalancer: wanted } = preferences;
  const present = state?.loadBalancer ?? "alb";
  const stands = state?.resources.some(({ type }) => type === "elbv2:load-balancer") === true;
  if (wanted !== undefined && stands && present !== wanted) throw otherKind(wanted);
  if ((wanted ?? present) === "nlb") refuseWhatNeedsHttp(preferences, state);
  return wanted;
}

/** From here on the steps see it; nothing is written yet. */
export function useLoadBalancer({ store: { state } }: Session, wanted: LoadBalancerKind | undefined): void {
  if (wanted === undefined) return;
  // A state without a word of it is about an application load balancer, as all were.
  if (wanted === "alb") delete state.loadBalancer;
  else state.loadBalancer = wanted;
}

/** Written before anything is made, so that a run that is cut short goes on to the same end. */
export async function keepLoadBalancer(session: Session, wanted: LoadBalancerKind | undefined): Promise<void> {
  if (wanted === undefined) return;
  useLoadBalancer(session, wanted);
  await session.save();
}

/** The kind that is wanted now: what was said, else what the state has. */
export const loadBalancerOf = (
  { preferences }: Preferring,
  state: Pick<State, "loadBalancer"> | undefined,
): LoadBalancerKind => preferences.loadBalancer ?? state?.loadBalancer ?? "alb";

function refuseWhatNeedsHttp({ accessLogs, certificate }: Invocation["preferences"], state: State | undefined): void {
  if (accessLogs === true) {
    throw needsAlb(
      { en: "An NLB on port 80 has no access logs", ja: "80 番ポートの NLB にはアクセスログがありません" },
      {
        en: "It hands bytes on and sees no requests; AWS writes logs of an NLB's TLS connections only. Nginx's log has every request, with the visitor's own address",
        ja: "NLB は中身を見ずに中継するため、リクエストを記録できません (AWS が記録するのは NLB の TLS 接続だけ)。Nginx のログには、閲覧者のアドレスとともに全リクエストが残ります",
      },
      ["lecture05 logs nginx"],
    );
  }
  if ((certificate ?? state?.certificateArn ?? "none") === "none") return;
  throw needsAlb(
    { en: "HTTPS is made with an ALB only", ja: "HTTPS に対応しているのは ALB だけです" },
    {
      en: "An NLB cannot send visitors from http to https, nor tell Rails by a header how they came",
      ja: "NLB は http から https への転送ができず、どちらで接続されたかをヘッダーで Rails に伝えることもできません",
    },
    ["lecture05 up --load-balancer alb --certificate ARN", "lecture05 up --load-balancer nlb --certificate none"],
  );
}

type Text = Lecture05Error["detail"]["what"];

function needsAlb(what: Text, why: Text, next: readonly string[]): Lecture05Error {
  return new Lecture05Error("USAGE", { what, why, next });
}

/** Throws where visitors cannot be sent anywhere, because the load balancer reads no requests. */
export function requireRules(state: Pick<State, "loadBalancer"> | undefined): void {
  if (state?.loadBalancer !== "nlb") return;
  throw needsAlb(
    { en: "The maintenance page needs an ALB", ja: "メンテナンスページには ALB が必要です" },
    {
      en: "This stack has an NLB. It reads no requests, so it has no rules that could send visitors elsewhere",
      ja: "このスタックのロードバランサーは NLB です。リクエストを解釈しないため、閲覧者を転送するルールを持てません",
    },
    ["lecture05 explain load-balancers"],
  );
}

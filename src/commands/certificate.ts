import type { Session } from "../engine/session.ts";
import { Lecture05Error } from "../errors.ts";
import { unusable, whyUnusable } from "../steps/alb/certificate.ts";
import type { Invocation } from "./command.ts";
import type { Reached } from "./stack-session.ts";

/** A certificate that a command sets; `arn` is undefined where it takes HTTPS away. */
export interface WantedCertificate {
  readonly arn: string | undefined;
}

/** What --certificate says. Undefined: nothing was said, so it stays as it is. Refuses one of another region. */
export function wantedCertificate(
  { preferences: { certificate } }: Pick<Invocation, "preferences">,
  { region }: Pick<Reached, "region">,
): WantedCertificate | undefined {
  if (certificate === undefined) return undefined;
  if (certificate === "none") return { arn: undefined };
  const found = certificate.split(":")[3] ?? "";
  if (found === region) return { arn: certificate };
  throw new Lecture05Error("USAGE", {
    what: { en: "The certificate is in another region", ja: "証明書が別のリージョンにあります" },
    why: {
      en: `It is in ${found}, the stack in ${region}; a load balancer takes certificates of its own region only`,
      ja: `証明書は ${found}、スタックは ${region} にあります。ロードバランサーで使えるのは同じリージョンの証明書だけです`,
    },
    next: [
      `aws acm list-certificates --region ${region}`,
      `lecture05 up --region ${found} --certificate ${certificate}`,
    ],
  });
}

/** From here on the steps see it; nothing is written yet. */
export function useCertificate({ store: { state } }: Session, wanted: WantedCertificate | undefined): void {
  if (!wanted) return;
  if (wanted.arn === undefined) delete state.certificateArn;
  else state.certificateArn = wanted.arn;
}

/** Written before anything is made, so that a run that is cut short goes on to the same end. */
export async function keepCertificate(session: Session, wanted: WantedCertificate | undefined): Promise<void> {
  if (!wanted) return;
  useCertificate(session, wanted);
  await session.save();
}

/** The certificate that is wanted now: what was said, else what the state has. */
export function certificateOf(
  invocation: Pick<Invocation, "preferences">,
  reached: Pick<Reached, "region" | "state">,
): string | undefined {
  const wanted = wantedCertificate(invocation, reached);
  return wanted ? wanted.arn : reached.state?.certificateArn;
}

/** Before anything is made: throws CERTIFICATE_UNUSABLE for one that was named and would not work. */
export async function requireUsable(wanted: WantedCertificate | undefined, reached: Reached): Promise<void> {
  if (wanted?.arn === undefined) return;
  const { connection, region, clock } = reached;
  const wrong = whyUnusable(await connection.ports.certificates.find(wanted.arn), region, clock.now());
  if (wrong) throw unusable(wanted.arn, wrong);
}

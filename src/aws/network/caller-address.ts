import { isIPv4 } from "node:net";
import { Lecture05Error } from "../../errors.ts";
import { inWords } from "../../observed.ts";
import { untranslated } from "../../text.ts";
import { createHttp } from "../http.ts";

/** Asks who we are on the internet. The answer becomes a security group's rule, so it must be an address and nothing else. */
export async function callerAddress(url: string): Promise<string> {
  const outcome = await createHttp().request(url, { timeoutMs: 5000 });
  const answer = outcome.kind === "answer" ? Buffer.from(outcome.body).toString("utf8").trim() : "";
  if (isIPv4(answer)) return answer;
  const why =
    outcome.kind === "answer"
      ? untranslated(`${url}: ${outcome.status} "${answer.slice(0, 40)}"`)
      : { en: `${url}: ${outcome.message}`, ja: `${url}: ${inWords(outcome.message).ja}` };
  throw new Lecture05Error("AWS_UNREACHABLE", {
    what: {
      en: "Your public address could not be found out",
      ja: "自分のグローバル IP アドレスを取得できませんでした",
    },
    why,
    next: ["lecture05 up --allow CIDR"],
  });
}

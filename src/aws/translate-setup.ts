import { Lecture05Error } from "../errors.ts";
import { untranslated, type LocalizedText } from "../text.ts";

/**
 * What went wrong before the first request could be sent: the SDK takes addresses and keys from variables and files as
 * they are. Only for the first call; later the same errors would be a bug of ours.
 */
export function translateSetup(error: unknown): Lecture05Error | undefined {
  const { code, message, input } = error as NodeJS.ErrnoException & { readonly input?: string };
  if (code === "ERR_INVALID_URL") {
    const why = `endpoint_url: ${JSON.stringify(input)}`;
    return new Lecture05Error("CONFIG_INVALID", {
      what: {
        en: "AWS_ENDPOINT_URL (or endpoint_url of the profile) is no address",
        ja: "AWS_ENDPOINT_URL (またはプロファイルの endpoint_url) が URL ではありません",
      },
      why: untranslated(why),
      next: ["unset AWS_ENDPOINT_URL", "aws configure list"],
      cause: error,
    });
  }
  if (code === "ERR_INVALID_CHAR") {
    return new Lecture05Error("CREDENTIALS_MISSING", {
      what: {
        en: "The AWS credentials hold characters that no key has",
        ja: "AWS の認証情報に使えない文字が含まれています",
      },
      why: untranslated(message),
      next: ["aws configure"],
      cause: error,
    });
  }
  return undefined;
}

/** A proxy's login page, or an endpoint that is something else: the answer was HTTP, but none of AWS. */
export function notAws(why: LocalizedText, cause?: unknown): Lecture05Error {
  return new Lecture05Error("AWS_UNREACHABLE", {
    what: { en: "Something else than AWS answered", ja: "AWS ではないものが応答しました" },
    why,
    next: [
      {
        en: "Look at AWS_ENDPOINT_URL, and whether a proxy of your network asks for a login",
        ja: "AWS_ENDPOINT_URL と、ネットワークのプロキシが認証を求めていないかを確認してください",
      },
      "lecture05 doctor",
    ],
    ...(cause === undefined ? {} : { cause }),
  });
}

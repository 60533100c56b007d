import { Lecture05Error } from "../errors.ts";
import { renewalNoted, runAgain } from "./renewal.ts";
import { notAws } from "./translate-setup.ts";
import { untranslated } from "../text.ts";

/** True when AWS answered with one of these error codes. The SDK puts the code in `name`; some services also in `Code`. */
export function isAwsError(error: unknown, ...names: readonly string[]): boolean {
  if (!(error instanceof Error)) return false;
  return names.includes(error.name) || names.includes((error as Error & { Code?: string }).Code ?? "");
}

/** The AWS request id of a failed call, for `--debug` and bug reports. */
export function requestIdOf(error: unknown): string | undefined {
  return (error as { $metadata?: { requestId?: string } } | undefined)?.$metadata?.requestId;
}

const expired = ["ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"];
const denied = ["AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthFailure", "OptInRequired"];
const missing = [
  "CredentialsProviderError",
  "InvalidClientTokenId",
  "UnrecognizedClientException",
  "SignatureDoesNotMatch",
  "InvalidAccessKeyId",
];
const throttled = ["Throttling", "ThrottlingException", "RequestLimitExceeded", "TooManyRequestsException", "SlowDown"];
const unreachable = ["ECONNREFUSED", "ECONNRESET", "ENOTFOUND", "EAI_AGAIN", "ETIMEDOUT", "EPIPE", "EHOSTUNREACH"];

const unknownKey = ["InvalidClientTokenId", "UnrecognizedClientException", "InvalidAccessKeyId"];
const notEnabled = {
  en: "Where the keys are good, the account may not have enabled this region: aws account list-regions",
  ja: "キーが正しい場合は、このリージョンがアカウントで有効になっていない可能性があります: aws account list-regions",
};

/** AWS did not take the credentials, or there are none: new ones are what helps. */
export const needsCredentials = (error: unknown): boolean => isAwsError(error, ...expired, ...missing);

/** AWS refused a call because there were too many of them; it had no effect. */
export const isThrottled = (error: unknown): boolean => isAwsError(error, ...throttled);

/** The call got no answer at all; it may have had its effect. */
export const isUnreachable = (error: unknown): boolean =>
  error instanceof Error &&
  (unreachable.includes((error as NodeJS.ErrnoException).code ?? "") ||
    isAwsError(error, "TimeoutError", "NetworkingError"));

/**
 * What an error of the SDK means to the person in front of the screen. Goes by the error's name, never by its
 * message. Undefined for what is not an AWS or network error: that is a bug of ours and is shown as one.
 */
export function translateError(error: unknown): Lecture05Error | undefined {
  if (error instanceof Lecture05Error) return error;
  if (!(error instanceof Error)) return undefined;
  const code = (error as NodeJS.ErrnoException).code ?? "";
  const why = untranslated(`${error.name}: ${error.message}`);

  if (isAwsError(error, ...expired)) {
    return new Lecture05Error("CREDENTIALS_EXPIRED", {
      what: { en: "Your AWS credentials have expired", ja: "AWS の認証情報の有効期限が切れています" },
      why,
      next: [...renewalNoted(error, ["aws sso login"]), runAgain],
      cause: error,
    });
  }
  if (isAwsError(error, ...missing)) {
    return new Lecture05Error("CREDENTIALS_MISSING", {
      what: {
        en: "AWS did not accept the credentials",
        ja: "AWS の認証情報が見つからないか、受け付けられませんでした",
      },
      why,
      next: [
        ...renewalNoted(error, ["aws configure", "aws sso login", "lecture05 up --profile NAME"]),
        // A region that has to be enabled first knows nobody's keys.
        ...(isAwsError(error, ...unknownKey) ? [notEnabled] : []),
        runAgain,
      ],
      cause: error,
    });
  }
  if (isAwsError(error, ...denied)) {
    return new Lecture05Error("ACCESS_DENIED", {
      what: { en: "AWS denied a call that this step needs", ja: "このステップに必要な AWS の呼び出しが拒否されました" },
      why,
      next: [
        {
          en: "Ask your administrator for the permissions in docs/aws.md",
          ja: "docs/aws.md にある権限を管理者に依頼してください",
        },
      ],
      cause: error,
    });
  }
  if (isThrottled(error)) {
    return new Lecture05Error("AWS_THROTTLED", {
      what: { en: "AWS limits the rate of calls", ja: "AWS の呼び出し回数の制限に達しました" },
      why,
      next: [{ en: "Run the same command again in a minute", ja: "1 分ほど待って同じコマンドを実行してください" }],
      cause: error,
    });
  }
  if (isUnreachable(error)) {
    return new Lecture05Error("AWS_UNREACHABLE", {
      what: { en: "AWS cannot be reached", ja: "AWS に接続できません" },
      why: untranslated(code || error.message),
      next: [
        "lecture05 doctor",
        {
          en: "Run the same command again: it goes on where it stopped",
          ja: "同じコマンドを実行すると続きから再開します",
        },
      ],
      cause: error,
    });
  }
  if ((error as { $fault?: string }).$fault !== undefined) {
    return new Lecture05Error("AWS_REQUEST_FAILED", {
      what: { en: "AWS refused a call", ja: "AWS の呼び出しが失敗しました" },
      why,
      next: [
        {
          en: "Run it again with --debug for the request id",
          ja: "--debug を付けて実行するとリクエスト ID が表示されます",
        },
      ],
      cause: error,
    });
  }
  // Answered, but not in AWS's words: the SDK could not read it.
  const { $response } = error as { readonly $response?: { readonly statusCode?: number } };
  if ($response) return notAws(untranslated(`HTTP ${$response.statusCode}: ${error.message.split("\n")[0]}`), error);
  return undefined;
}

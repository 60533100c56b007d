import { expect, it } from "vitest";
import type { EngineEvent } from "../../src/engine/events.ts";
import { createHumanReporter } from "../../src/reporter/human.ts";
import { createPaint } from "../../src/reporter/paint.ts";
import type { Language } from "../../src/text.ts";
import { Screen } from "../cli/support/run.ts";

const events: readonly EngineEvent[] = [
  {
    type: "run.started",
    command: "destroy",
    stack: "lecture05",
    target: "sandbox",
    region: "ap-northeast-1",
    account: "000000000000",
    steps: ["s3"],
  },
  { type: "step.started", step: "s3", title: { en: "S3", ja: "S3 を追加" }, number: 1, of: 1 },
  { type: "resource.kept", step: "s3", resourceType: "s3:bucket", id: "the-bucket" },
  { type: "step.finished", step: "s3", outcome: "kept", durationMs: 100 },
  { type: "sweep.started" },
  {
    type: "sweep.finished",
    answers: [
      { service: "ec2", subject: "vpcs", found: [], answered: true },
      { service: "ec2", subject: "subnets", found: [{ type: "ec2:subnet", id: "subnet-1" }], answered: true },
      { service: "iam", subject: "roles", found: [], answered: false },
      { service: "s3", subject: "buckets", found: [], answered: true },
    ],
  },
  {
    type: "run.finished",
    outcome: "done",
    durationMs: 15_000,
    left: 0,
    kept: [{ type: "s3:bucket", id: "the-bucket", objects: 3, sizeBytes: 1_234_567 }],
    certificate: "/x/.lecture05/certificates/lecture05-20260102T030405Z",
  },
];

function told(language: Language): string {
  const [stdout, stderr] = [new Screen(false), new Screen(false)];
  const plain = { paint: createPaint(false), debug: false, bugsUrl: "x", spinner: undefined };
  const reporter = createHumanReporter({ stdout, stderr, language, ...plain });
  for (const event of events) reporter.event(event);
  reporter.close();
  return stdout.text;
}

it("tells what is kept, what every service said, and where the certificate is", () => {
  expect(told("en")).toBe(
    [
      "[sandbox] lecture05 destroy: stack lecture05 (ap-northeast-1)",
      "",
      "[sandbox] 1/1 s3  S3",
      "  = s3:bucket the-bucket kept by request",
      "  ✓ nothing left but what was to be kept (0.1 s)",
      "",
      "[sandbox] Sweep: asking every service what is still there",
      "  ! EC2: 2 questions, 1 found",
      "  ! IAM: 1 question, 0 found, no answer about roles",
      "  ✓ S3: 1 question, 0 found",
      "",
      "[sandbox] Destroyed in 15 s: 0 left, $0.00/h",
      "[sandbox]   kept by request: s3:bucket the-bucket (3 objects, 1.2 MB); remove it later: lecture05 destroy",
      "[sandbox]   Certificate: /x/.lecture05/certificates/lecture05-20260102T030405Z",
      "",
    ].join("\n"),
  );
});

it("tells it in Japanese", () => {
  const text = told("ja");
  expect(text).toContain(
    "  = s3:bucket the-bucket (指定により残しました)\n  ✓ 指定されたもの以外は削除済み (0.1 秒)\n",
  );
  expect(text).toContain("[sandbox] 最終確認: すべてのサービスに残りを問い合わせています\n");
  expect(text).toContain("  ! IAM: 1 項目、検出 0 件、応答なし: roles\n");
  expect(text).toContain("[sandbox] 削除が完了しました (15 秒): 残り 0 件、料金 $0.00/時\n");
  expect(text).toContain(
    "  指定により残したもの: s3:bucket the-bucket (オブジェクト 3 個、1.2 MB)。後で削除: lecture05 destroy\n",
  );
  expect(text).toContain("  証明書: /x/.lecture05/certificates/lecture05-20260102T030405Z\n");
});

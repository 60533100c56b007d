import { describe, expect, it } from "vitest";
import { inWords } from "../../src/observed.ts";

describe("what was seen, in words", () => {
  it.each([
    ["refused", "接続拒否"],
    ["running", "実行中"],
    ["healthy", "正常"],
    ["302 or 303", "302 または 303"],
    ["10.5.1.11 or 10.5.2.10", "10.5.1.11 または 10.5.2.10"],
    ["7028 bytes, equal", "7028 バイト、一致"],
    ["2 new objects, none equal", "新しいオブジェクト 2 個、一致するものなし"],
    ["root on debian 13", "debian 13 で root"],
    ["install-ruby on host-1", "host-1 で install-ruby"],
    ["tcp 80 from sg-0a1b", "sg-0a1b からの tcp 80"],
    [
      "+ tcp 80 from 203.0.113.5/32, - tcp 22 from 0.0.0.0/0",
      "+ 203.0.113.5/32 からの tcp 80、- 0.0.0.0/0 からの tcp 22",
    ],
    ["i-0a1b: refused, i-0c2d: no result", "i-0a1b: 接続拒否、i-0c2d: 結果なし"],
    [
      "i-0a1b unhealthy (Target.ResponseCodeMismatch: Health checks failed with these codes: [403])",
      "i-0a1b 異常 (Target.ResponseCodeMismatch: Health checks failed with these codes: [403])",
    ],
    ["pid 812, unix:/run/lecture05/puma.sock", "プロセス 812、unix:/run/lecture05/puma.sock"],
    ["pid 812, unknown listener", "プロセス 812、待ち受け先不明"],
    ["pid 812 another", "プロセス 812 と別のプロセス"],
    ["no line in its log", "ログに該当行なし"],
    ["status 403, asked from 127.0.0.1", "ステータス 403、127.0.0.1 からのリクエスト"],
    ["200 from unix:/run/lecture05/puma.sock", "unix:/run/lecture05/puma.sock から 200"],
    ["200 from Nginx itself", "Nginx 自身 から 200"],
    ["unhealthy (Target.FailedHealthChecks)", "異常 (Target.FailedHealthChecks)"],
    ["403, no id", "403、ID なし"],
    ["timeout: no answer within 2000 ms", "応答なし (タイムアウト): 2000 ミリ秒以内に応答なし"],
  ])("%s", (en, ja) => {
    expect(inWords(en)).toEqual({ en, ja });
  });

  it.each(["200", "303 200 303", "Welcome to nginx", "unix:/run/lecture05/puma.sock", "i-d3ff7a5b540cb3f1e", "nginx"])(
    "%s is the same in both",
    (text) => {
      expect(inWords(text)).toEqual({ en: text, ja: text });
    },
  );
});

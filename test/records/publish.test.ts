import { describe, expect, it } from "vitest";
import { redactForPublication } from "../../src/records/publish.ts";

describe("texts for publication", () => {
  it.each([
    ["account 123456789012.", "account ************."],
    ["arn:aws:iam::123456789012:role/x", "arn:aws:iam::************:role/x"],
    ["203.0.113.9 asked 10.5.1.10", "xxx.xxx.xxx.xxx asked 10.5.1.10"],
    ["http://127.0.5.10/ and 172.20.0.3", "http://127.0.5.10/ and 172.20.0.3"],
    ["lecture05-ap-northeast-1-b01b7395e7de", "lecture05-ap-northeast-1-************"],
    ["lecture05-1234567890.ap-northeast-1.elb.amazonaws.com", "lecture05-**********.ap-northeast-1.elb.amazonaws.com"],
    ["mail taro.yamada@example.co.jp now", "mail ***@*** now"],
    ["/home/taro/app and /Users/taro/app and /root/app", "~/app and ~/app and ~/app"],
    ["2001:db8:85a3::8a2e:370:7334", "xxxx::xxxx"],
    ["AKIAABCDEFGHIJKLMNOP", "AKIA****************"],
  ])("%s", (text, expected) => {
    expect(redactForPublication(text)).toBe(expected);
  });

  it.each([
    "i-0123456789abcdef0",
    "vpc-25dd75f07f6cd5d11",
    "1.26.3-3+deb13u11",
    "2026-11-24 23:26:38",
    "/opt/lecture05/current",
    "/var/home/x",
  ])("leaves %s as it is", (text) => {
    expect(redactForPublication(text)).toBe(text);
  });
});

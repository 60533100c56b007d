import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { inflateSync } from "node:zlib";
import { describe, expect, it, onTestFinished } from "vitest";
import { createHttp } from "../../../src/aws/http.ts";
import { bucketNameFor } from "../../../src/steps/s3/bucket-name.ts";
import { authenticityToken, PageClient } from "../../../src/steps/s3/page-client.ts";
import {
  bucketPolicyFor,
  hostBucketPolicy,
  samePolicy,
  secureTransportPolicy,
} from "../../../src/steps/s3/policies.ts";
import { randomPng } from "../../../src/steps/s3/test-image.ts";

describe("bucket name", () => {
  it("is the same for one stack and differs by account, region and stack", () => {
    const base = { stack: "demo", account: "111111111111", region: "ap-northeast-1" };
    const names = [
      base,
      { ...base, account: "222222222222" },
      { ...base, region: "us-east-1" },
      { ...base, stack: "other" },
    ].map(bucketNameFor);
    expect(new Set(names).size).toBe(4);
    expect(bucketNameFor(base)).toBe(names[0]);
    expect(names[0]).toMatch(/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/);
  });

  it("fits into 63 characters for the longest stack name and region", () => {
    expect(bucketNameFor({ stack: "s".repeat(20), account: "1", region: "ap-southeast-1" }).length).toBeLessThanOrEqual(
      63,
    );
  });
});

describe("policies", () => {
  it("are the same in another order of keys and with lists of one", () => {
    const policy = hostBucketPolicy("b", "ap-northeast-1");
    const [objects, prefixes] = policy.Statement as [Record<string, unknown>, Record<string, unknown>];
    const shuffled = {
      Version: "2012-10-17" as const,
      Statement: [
        Object.fromEntries(Object.entries(prefixes).toReversed()),
        { ...objects, Resource: [objects.Resource] },
      ],
    };
    expect(samePolicy(shuffled, policy)).toBe(true);
  });

  it("differ in a resource, an action or by absence", () => {
    const policy = hostBucketPolicy("b", "ap-northeast-1");
    expect(samePolicy(hostBucketPolicy("c", "ap-northeast-1"), policy)).toBe(false);
    expect(samePolicy({ ...policy, Statement: policy.Statement.slice(1) }, policy)).toBe(false);
    expect(samePolicy(undefined, policy)).toBe(false);
  });

  it("name the partition of the region", () => {
    expect(JSON.stringify(hostBucketPolicy("b", "cn-north-1"))).toContain("arn:aws-cn:s3:::b");
  });

  it("is said by the bucket where the role is somebody else's, for that role alone", () => {
    expect(bucketPolicyFor("b", "ap-northeast-1", undefined)).toEqual(secureTransportPolicy("b", "ap-northeast-1"));
    const arn = "arn:aws:iam::1:role/theirs";
    const [closed, ...allowed] = bucketPolicyFor("b", "ap-northeast-1", arn).Statement;
    expect(closed).toEqual(secureTransportPolicy("b", "ap-northeast-1").Statement[0]);
    const wanted = hostBucketPolicy("b", "ap-northeast-1").Statement;
    expect(allowed).toEqual(wanted.map((statement) => ({ ...statement, Principal: { AWS: arn } })));
  });
});

describe("page client", () => {
  it("finds the token of the right form", () => {
    const page = `<form action="/a"><input type="hidden" name="authenticity_token" value="one&#43;1" /></form>
      <form action="/b" method="post"><input name="authenticity_token" type="hidden" value="two"></form>`;
    expect(authenticityToken(page, "/a")).toBe("one+1");
    expect(authenticityToken(page, "/b")).toBe("two");
    expect(authenticityToken(page, "/c")).toBeUndefined();
  });

  it("sends cookies, token and file as a browser would", async () => {
    const seen: { cookie: string | undefined; body: string }[] = [];
    const server = createServer((request, response) => {
      let body = "";
      request.setEncoding("latin1").on("data", (part: string) => (body += part));
      request.on("end", () => {
        seen.push({ cookie: request.headers.cookie, body });
        response.setHeader("set-cookie", ["session=abc; path=/; HttpOnly", "other=1"]);
        response.end('<form action="/fruits"><input name="authenticity_token" value="T0K"></form>');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const client = new PageClient(createHttp(), `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const bytes = Uint8Array.from([0, 255, 13, 10, 1]);
    await client.submit("/fruits/new", "/fruits", {
      name: "x",
      file: { fileName: "f.png", contentType: "image/png", bytes },
    });
    expect(seen[0]?.cookie).toBeUndefined();
    expect(seen[1]?.cookie).toBe("session=abc; other=1");
    expect(seen[1]?.body).toContain('name="authenticity_token"\r\n\r\nT0K\r\n');
    expect(seen[1]?.body).toContain(
      `filename="f.png"\r\nContent-Type: image/png\r\n\r\n${Buffer.from(bytes).toString("latin1")}\r\n--`,
    );
  });
});

describe("test image", () => {
  it("is a PNG whose pixels are all there, and another one each time", () => {
    const image = Buffer.from(randomPng(8, 4));
    expect(image.subarray(0, 8)).toEqual(Buffer.from("\x89PNG\r\n\x1a\n", "latin1"));
    const start = image.indexOf("IDAT");
    const data = image.subarray(start + 4, start + 4 + image.readUInt32BE(start - 4));
    expect(inflateSync(data)).toHaveLength(4 * (1 + 8 * 3));
    expect(Buffer.from(randomPng(8, 4)).equals(image)).toBe(false);
  });
});

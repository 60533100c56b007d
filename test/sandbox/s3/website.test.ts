import { request } from "node:http";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  DeletePublicAccessBlockCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutBucketWebsiteCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
  type S3Client,
  type WebsiteConfiguration,
} from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { errorOf, inTokyo, startS3, type S3Sandbox } from "./s3-sandbox.ts";

const Bucket = "site-of-the-test";
const hostOf = (bucket: string): string => `${bucket}.s3-website-ap-northeast-1.localhost`;

interface Visit {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** As a browser asks: the website's name in the Host header, no signature. */
function visit(
  { sandbox }: S3Sandbox,
  path: string,
  { method = "GET", headers = {}, bucket = Bucket }: { method?: string; headers?: object; bucket?: string } = {},
): Promise<Visit> {
  const { port } = new URL(sandbox.endpoint);
  return new Promise((resolve, reject) => {
    const options = {
      port,
      host: "127.0.0.1",
      path,
      method,
      headers: { host: `${hostOf(bucket)}:${port}`, ...headers },
    };
    request(options, (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (part: string) => (body += part));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    })
      .on("error", reject)
      .end();
  });
}

const everybodyReads = (resource = `arn:aws:s3:::${Bucket}/*`): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: resource }],
  });

async function makeSite(
  s3: S3Client,
  configuration: WebsiteConfiguration = { IndexDocument: { Suffix: "index.html" } },
  policy = everybodyReads(),
): Promise<void> {
  await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: inTokyo }));
  await s3.send(new DeletePublicAccessBlockCommand({ Bucket }));
  await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: policy }));
  await s3.send(new PutBucketWebsiteCommand({ Bucket, WebsiteConfiguration: configuration }));
  const pages = {
    "index.html": "<h1>home</h1>",
    "docs/index.html": "<h1>docs</h1>",
    "果物 1.html": "<h1>fruit</h1>",
    "error.html": "<h1>sorry</h1>",
  };
  for (const [Key, Body] of Object.entries(pages)) {
    const ContentType = "text/html; charset=utf-8";
    await s3.send(new PutObjectCommand({ Bucket, Key, Body, ContentType, Metadata: { by: "test" } }));
  }
}

test("everybody sees the page, its folders' pages, and its headers", async () => {
  const site = await startS3();
  await makeSite(site.s3);
  const home = await visit(site, "/");
  expect(home).toMatchObject({ status: 200, body: "<h1>home</h1>" });
  expect(home.headers).toMatchObject({ "content-type": "text/html; charset=utf-8", "x-amz-meta-by": "test" });
  expect(await visit(site, "/docs/")).toMatchObject({ status: 200, body: "<h1>docs</h1>" });
  expect(await visit(site, "/docs?a=b")).toMatchObject({ status: 302, headers: { location: "/docs/?a=b" } });
  expect((await visit(site, `/${encodeURIComponent("果物 1.html")}`)).body).toBe("<h1>fruit</h1>");
  expect(await visit(site, "/index.html", { method: "HEAD" })).toMatchObject({
    status: 200,
    body: "",
    headers: { "content-length": "13" },
  });
  const part = await visit(site, "/index.html", { headers: { range: "bytes=4-7" } });
  expect(part).toMatchObject({ status: 206, body: "home", headers: { "content-range": "bytes 4-7/13" } });
  const again = await visit(site, "/", { headers: { "if-none-match": home.headers.etag } });
  expect(again).toMatchObject({ status: 304, body: "" });
});

test("what everybody may not read is 403, what is not there 404, in S3's own words", async () => {
  const site = await startS3();
  await makeSite(site.s3, undefined, everybodyReads(`arn:aws:s3:::${Bucket}/docs/*`));
  expect(await visit(site, "/docs/")).toMatchObject({ status: 200 });
  const closed = await visit(site, "/index.html");
  expect(closed).toMatchObject({ status: 403, headers: { "x-amz-error-code": "AccessDenied" } });
  const missing = await visit(site, "/%3Cscript%3E");
  expect(missing).toMatchObject({ status: 404, headers: { "content-type": "text/html; charset=utf-8" } });
  expect(missing.body).toContain("<li>Code: NoSuchKey</li>");
  expect(missing.body).toContain("<li>Key: &lt;script&gt;</li>");
  expect(await visit(site, "/", { method: "POST" })).toMatchObject({ status: 405 });
  expect((await visit(site, "/", { bucket: "no-such-site" })).body).toContain("NoSuchBucket");
});

test("a deleted page is gone, and one whose bucket is closed to the public is 403 again", async () => {
  const site = await startS3();
  const { s3 } = site;
  await makeSite(s3);
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }));
  await s3.send(new DeleteObjectCommand({ Bucket, Key: "docs/index.html" }));
  expect(await visit(site, "/docs/")).toMatchObject({ status: 404 });
  await s3.send(
    new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: { RestrictPublicBuckets: true } }),
  );
  expect(await visit(site, "/")).toMatchObject({ status: 403 });
});

test("an error document takes the error's place and keeps its status; when it cannot be read, S3's page comes", async () => {
  const site = await startS3();
  const { s3 } = site;
  await makeSite(s3, { IndexDocument: { Suffix: "index.html" }, ErrorDocument: { Key: "error.html" } });
  expect(await visit(site, "/nowhere")).toMatchObject({ status: 404, body: "<h1>sorry</h1>" });
  // Conditions and ranges are about what was asked for.
  expect(await visit(site, "/nowhere", { headers: { range: "bytes=0-2" } })).toMatchObject({
    status: 404,
    body: "<h1>sorry</h1>",
  });
  await s3.send(new DeleteObjectCommand({ Bucket, Key: "error.html" }));
  expect((await visit(site, "/nowhere")).body).toContain("<li>Code: NoSuchKey</li>");
});

test("redirects: of everything, by prefix, by error, of one object", async () => {
  const site = await startS3();
  const { s3 } = site;
  await makeSite(s3, { RedirectAllRequestsTo: { HostName: "example.test", Protocol: "https" } });
  expect(await visit(site, "/a/b?c=d")).toMatchObject({
    status: 301,
    headers: { location: "https://example.test/a/b?c=d" },
  });
  await s3.send(
    new PutBucketWebsiteCommand({
      Bucket,
      WebsiteConfiguration: {
        IndexDocument: { Suffix: "index.html" },
        RoutingRules: [
          {
            Condition: { KeyPrefixEquals: "old/" },
            Redirect: { ReplaceKeyPrefixWith: "docs/", HttpRedirectCode: "302" },
          },
          {
            Condition: { HttpErrorCodeReturnedEquals: "404" },
            Redirect: { HostName: "example.test", ReplaceKeyWith: "lost.html" },
          },
        ],
      },
    }),
  );
  const { port } = new URL(site.sandbox.endpoint);
  expect(await visit(site, "/old/index.html")).toMatchObject({
    status: 302,
    headers: { location: `http://${hostOf(Bucket)}:${port}/docs/index.html` },
  });
  expect(await visit(site, "/nowhere")).toMatchObject({
    status: 301,
    headers: { location: "http://example.test/lost.html" },
  });
  await s3.send(new PutObjectCommand({ Bucket, Key: "moved", Body: "", WebsiteRedirectLocation: "/index.html" }));
  expect(await visit(site, "/moved")).toMatchObject({ status: 301, headers: { location: "/index.html" } });
});

test("without a website's settings there is none, and the API at the same port stays closed to everybody", async () => {
  const site = await startS3();
  await site.s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: inTokyo }));
  expect((await visit(site, "/")).body).toContain("NoSuchWebsiteConfiguration");
  const other = await startS3();
  const { s3 } = other;
  await makeSite(s3);
  expect((await visit(other, `/${Bucket}/index.html`, { headers: { host: "127.0.0.1" } })).status).toBe(403);
  expect(await errorOf(s3.send(new PutBucketWebsiteCommand({ Bucket, WebsiteConfiguration: {} })))).toBe(
    "InvalidArgument 400",
  );
});

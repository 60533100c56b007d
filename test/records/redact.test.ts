import { describe, expect, it } from "vitest";
import { childEnvironment } from "../../src/records/child-environment.ts";
import { learnEnvironment, learnSecrets, redact, redactDeep } from "../../src/records/redact.ts";

describe("shapes of secrets", () => {
  it.each([
    ["AWS_SECRET_ACCESS_KEY=abc/def+ghi", "abc/def+ghi"],
    ["SECRET_KEY_BASE='0123456789abcdef'", "0123456789abcdef"],
    ["RAILS_MASTER_KEY=0123456789abcdef", "0123456789abcdef"],
    ['DB_PASSWORD="pa ss"', "pa ss"],
    ['DB_PASSWORD="pa \\" ss"', "ss"],
    ["DB_PASSWORD=pa$ss(word)", "ss(word)"],
    ["MYSQL_PWD_PASSWORD=x;y", "x;y"],
    ["aws_secret_access_key = abc/def+ghi", "abc/def"],
    ["  password: hunter2", "hunter2"],
    ["secret_key_base: 0123456789abcdef", "0123456789abcdef"],
    ['config.secret_key_base = "0123456789abcdef"', "0123456789abcdef"],
    ["mysql -u root --password=hunter2 -e x", "hunter2"],
    ["mysql -u root --password hunter2 -e x", "hunter2"],
    ['{"SecretAccessKey": "s3cr3t"}', "s3cr3t"],
    ['"{\\"SecretAccessKey\\":\\"s3cr3t\\",\\"Token\\":\\"t0ken\\"}"', "s3cr3t"],
    ['"{\\"SecretAccessKey\\":\\"s3cr3t\\",\\"Token\\":\\"t0ken\\"}"', "t0ken"],
    ["mysql2://app:hunter2@db.example/app", "hunter2"],
    ["mysql2://app:hun@ter2@db.example/app", "ter2"],
    ["redis://:hunter2@cache.example:6379", "hunter2"],
    ["key AKIAIOSFODNN7EXAMPLE end", "AKIAIOSFODNN7EXAMPLE"],
    ["-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----", "MIIE"],
    ["it said -----BEGIN PRIVATE KEY-----\nMIIEabc\nMIIEdef", "MIIE"],
    ["MIIEabc\nMIIEdef\n-----END PRIVATE KEY-----\nit said", "MIIE"],
    ["Authorization: AWS4-HMAC-SHA256 Credential=x/y, SignedHeaders=host, Signature=0a1b2c", "0a1b2c"],
    ["curl -H 'Authorization: Bearer abc.def' http://x", "abc.def"],
    ['{"authorization":"Basic dXNlcjpwYXNz"}', "dXNlcjpwYXNz"],
    ["x-amz-security-token: IQoJb3JpZ2lu", "IQoJb3JpZ2lu"],
    ["X-aws-ec2-metadata-token: AQAEAlk", "AQAEAlk"],
    ["Set-Cookie: _session=abcdef; path=/", "abcdef"],
    ["https://b.s3.amazonaws.com/k?X-Amz-Credential=AKIA%2F2026&X-Amz-Signature=0a1b2c&x=1", "0a1b2c"],
    ["Location: https://b/k?a=1&X-Amz-Security-Token=IQoJb3&y", "IQoJb3"],
    ["GET /rails/active_storage/blobs/proxy/eyJfcmFpbHMi--0123456789abcdef0123/a.png HTTP", "0123456789abcdef0123"],
    ["/rails/active_storage/representations/proxy/eyJf--0a1b/eyJf--fedcba98765432100/a", "fedcba98765432100"],
    ["eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl", "c2lnbmF0dXJl"],
  ])("%s", (text, secret) => {
    const clean = redact(text);
    expect(clean).not.toContain(secret);
    expect(clean).toMatch(/redacted|\*{16}/);
    expect(redact(clean)).toBe(clean);
  });

  it.each([
    "SECRET_KEY_BASE=$(openssl rand -hex 64)",
    'token=$(curl -fsS -X PUT "$metadata/api/token") || token=',
    'curl -H "X-aws-ec2-metadata-token: $token" http://169.254.169.254/',
    "http://lecture05-1.ap-northeast-1.elb.amazonaws.com:80/fruits?page=2",
    "arn:aws:iam::000000000000:role/lecture05-host",
    "proxy_set_header Host $http_host;",
    "lecture05--0123456789abcdef0123/rails/active_storage/blobs/proxy",
    "sort keys: name, id; the token of a creating call is derived",
    '"clientToken": "lecture05-ec2-vpc-1"',
    "config.hosts.clear # host authorization: lets the address pass",
  ])("leaves %j readable", (text) => {
    expect(redact(text)).toBe(text);
  });

  it("are found in a text of megabytes without a long wait", () => {
    const startedAt = performance.now();
    for (const part of ["x", "-", "a.", "A_", "://", '"', "token"]) redact(part.repeat(1_000_000 / part.length));
    expect(performance.now() - startedAt).toBeLessThan(5000);
  });
});

describe("values known to be secret", () => {
  const secret = 'sword"fish/日本+4711';

  it("go in every usual spelling", () => {
    learnSecrets(secret);
    const bytes = Buffer.from(secret);
    for (const spelling of [
      secret,
      JSON.stringify(secret),
      encodeURIComponent(secret),
      bytes.toString("base64"),
      bytes.toString("base64url"),
      bytes.toString("hex"),
    ]) {
      expect(redact(`the word is ${spelling}.`)).toMatch(/^the word is "?\[redacted\]=*"?\.$/);
    }
    expect(JSON.stringify(redactDeep({ a: [{ b: `x${secret}` }], n: 1, none: null }))).toBe(
      '{"a":[{"b":"x[redacted]"}],"n":1,"none":null}',
    );
  });

  it("are learned from what the environment calls a secret, and from its URLs", () => {
    learnEnvironment({
      APP_DEPLOY_TOKEN: "environment-4712",
      DATABASE_URL: "postgres://app:database-4713@db/app",
      PATH: "/not-a-secret",
      TOKEN: "short",
    });
    expect(redact("environment-4712 database-4713 /not-a-secret short")).toBe(
      "[redacted] [redacted] /not-a-secret short",
    );
  });
});

describe("the environment of other processes", () => {
  it("has what they need, and none of the secrets", () => {
    const needed = {
      PATH: "/usr/bin",
      HOME: "/root",
      DOCKER_HOST: "tcp://127.0.0.1:2375",
      NODE_EXTRA_CA_CERTS: "/etc/ca.pem",
      https_proxy: "http://user:password@proxy:8080",
      LECTURE05_SANDBOX_HOME: "/tmp/x",
      AWS_REGION: "ap-northeast-1",
    };
    const secrets = {
      AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE",
      AWS_SECRET_ACCESS_KEY: "x",
      AWS_SESSION_TOKEN: "x",
      SECRET_KEY_BASE: "x",
      RAILS_MASTER_KEY: "x",
      DATABASE_URL: "postgres://app:password@db/app",
      NPM_TOKEN: "x",
    };
    expect(childEnvironment({ ...needed, ...secrets })).toEqual(needed);
  });
});

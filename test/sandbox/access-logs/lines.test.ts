import { describe, expect, it } from "vitest";
import { albLine, readRecord, type RequestRecord } from "../../../src/sandbox/access-logs/alb-line.ts";
import { s3Line, type S3Request } from "../../../src/sandbox/access-logs/s3-line.ts";
import { payloadOf } from "../../../src/sandbox/docker/container-log.ts";

/** As HAProxy 3.0 wrote it in the appliance. */
const logged = String.raw`alb {"endedMs":"1796021642734","client":"127.0.0.1:43688","port":"8081","server":"127.0.0.1:8080","queueMs":"0","connectMs":"1","targetMs":"42","requestMs":"0","totalMs":"44","status":"200","received":"78","sent":"89","method":"GET","version":"HTTP/1.1","cipher":"-","protocol":"-","answered":"1","rule":"0","group":"g","uri":"\/x?a=b\"c","host":"h.example:81","agent":"a \"q\" \\ \u00e9 z","trace":"Root=1-6b0d1d8a-580a6e4f60b1417fa516ca2f"}`;
const subject = { loadBalancerId: "app/demo/0123", targetGroupArn: "arn:tg", rulePriority: "0", action: "forward" };
const record = readRecord(logged) as RequestRecord;

/** Fields as AWS's documentation separates them: blanks, but not between quotes. */
const fieldsOf = (line: string): string[] => line.match(/"[^"]*"|\S+/g) ?? [];

describe("a load balancer's line", () => {
  it("has ELB's fields in ELB's order", () => {
    expect(fieldsOf(albLine(record, subject))).toEqual([
      "http",
      "2026-11-30T06:54:02.734000Z",
      "app/demo/0123",
      "127.0.0.1:43688",
      "127.0.0.1:8080",
      "0.001",
      "0.042",
      "0.001",
      "200",
      "200",
      "78",
      "89",
      String.raw`"GET http://h.example:8081/x?a=b\x22c HTTP/1.1"`,
      String.raw`"a \x22q\x22 \x5c é z"`,
      "-",
      "-",
      "arn:tg",
      '"Root=1-6b0d1d8a-580a6e4f60b1417fa516ca2f"',
      '"-"',
      '"-"',
      "0",
      "2026-11-30T06:54:02.690000Z",
      '"forward"',
      '"-"',
      '"-"',
      '"127.0.0.1:8080"',
      '"200"',
      '"-"',
      '"-"',
      "TID_-",
    ]);
  });

  it("knows what the load balancer said in a target's place, and what never reached one", () => {
    const refused = { ...record, status: "502", answered: "-", targetMs: "-1" };
    expect(fieldsOf(albLine(refused, subject)).slice(4, 10)).toEqual([
      "127.0.0.1:8080",
      "0.001",
      "-1",
      "-1",
      "502",
      "-",
    ]);
    const fixed = { ...record, server: "-:-", queueMs: "-1", connectMs: "-1", targetMs: "-1", answered: "-" };
    const none = { ...subject, targetGroupArn: undefined, rulePriority: undefined, action: undefined };
    const fields = fieldsOf(albLine(fixed, none));
    expect(fields.slice(4, 10)).toEqual(["-", "-1", "-1", "-1", "200", "-"]);
    expect([fields[16], fields[20], fields[22]]).toEqual(["-", "-1", '"-"']);
  });

  it("is https where HAProxy ended TLS", () => {
    const secure = albLine({ ...record, protocol: "TLSv1.3", cipher: "TLS_AES_128_GCM_SHA256" }, subject);
    expect(fieldsOf(secure)[0]).toBe("https");
    expect(secure).toContain(' "GET https://h.example:8081/x');
    expect(albLine({ ...record, protocol: "TLSv1.3", version: "HTTP/2.0" }, subject)).toMatch(/^h2 /);
    expect(fieldsOf(secure).slice(14, 16)).toEqual(["TLS_AES_128_GCM_SHA256", "TLSv1.3"]);
  });

  it("is made of nothing else that HAProxy says", () => {
    expect(readRecord("[NOTICE]   (9) : haproxy version is 3.0.11")).toBeUndefined();
    expect(readRecord('alb {"cut')).toBeUndefined();
  });
});

const request: S3Request = {
  bucket: "pictures",
  key: "a%20b",
  time: new Date("2026-11-30T06:00:38Z"),
  remoteIp: "10.5.1.10",
  requester: "arn:aws:sts::000000000000:assumed-role/demo-host/i-1",
  requestId: "4abe8840-bd48-4e9b-8c46-7175b268b882",
  method: "GET",
  uri: '/pictures/a%20b?x="y"',
  httpVersion: "1.1",
  status: 200,
  errorCode: undefined,
  bytesSent: 321,
  totalMs: 12.4,
  referer: undefined,
  userAgent: "curl",
  host: "s3.example",
  isPresigned: false,
};

describe("a bucket's line", () => {
  it("has S3's fields in S3's order", () => {
    expect(s3Line(request, "000000000000")).toBe(
      `${"0".repeat(64)} pictures [30/Nov/2026:06:00:38 +0000] 10.5.1.10 ` +
        "arn:aws:sts::000000000000:assumed-role/demo-host/i-1 4ABE8840BD484E9B REST.GET.OBJECT a%20b " +
        '"GET /pictures/a%20b?x=%22y%22 HTTP/1.1" 200 - 321 - 12 12 "-" "curl" - ' +
        "4abe8840-bd48-4e9b-8c46-7175b268b882 SigV4 - AuthHeader s3.example - - -",
    );
  });

  it.each([
    ["PUT", "/b/k", "k", "REST.PUT.OBJECT"],
    ["GET", "/b/?list-type=2", undefined, "REST.GET.BUCKET"],
    ["PUT", "/b/?policy", undefined, "REST.PUT.BUCKETPOLICY"],
    ["GET", "/b/?logging=", undefined, "REST.GET.LOGGING_STATUS"],
    ["POST", "/b/?delete", undefined, "REST.POST.MULTI_OBJECT_DELETE"],
    ["PUT", "/b/k?partNumber=1&uploadId=2", "k", "REST.PUT.PART"],
  ])("%s %s is %s", (method, uri, key, operation) => {
    expect(s3Line({ ...request, method, uri, key }, "1")).toContain(` ${operation} `);
  });

  it("says that the signature came in the query, and what was refused", () => {
    const line = s3Line({ ...request, isPresigned: true, status: 403, errorCode: "AccessDenied" }, "1");
    expect(line).toContain(" 403 AccessDenied ");
    expect(line).toContain(" QueryString ");
  });
});

it("the engine's headers are taken off a container's log, wherever a piece ends", () => {
  const piece = (text: string): Buffer => {
    const header = Buffer.alloc(8);
    header[0] = 1;
    header.writeUInt32BE(Buffer.byteLength(text), 4);
    return Buffer.concat([header, Buffer.from(text)]);
  };
  expect(payloadOf(Buffer.concat([piece("one\ntw"), piece("o é\n")]))).toBe("one\ntwo é\n");
});

import { createHash, createHmac } from "node:crypto";

const sha256 = (data) => createHash("sha256").update(data).digest("hex");
const hmac = (key, text) => createHmac("sha256", key).update(text).digest();

/**
 * A signed request (SigV4), as options of node:http and a body. Made without an SDK, because what an SDK needs for a call
 * is more than what the daemon needs for it; valid for a quarter of an hour, so that it can be sent many times.
 */
export function signed({ port, credentials, service, method = "POST", path = "/", headers = {}, body = "", payloadHash }) {
  const date = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
  const day = date.slice(0, 8);
  const region = "ap-northeast-1";
  const hash = payloadHash ?? sha256(body);
  const all = { host: `127.0.0.1:${port}`, "x-amz-content-sha256": hash, "x-amz-date": date, ...headers };
  const names = Object.keys(all).toSorted();
  const canonical = [method, path, "", ...names.map((name) => `${name}:${all[name]}`), "", names.join(";"), hash].join("\n");
  const scope = `${day}/${region}/${service}/aws4_request`;
  const key = [day, region, service, "aws4_request"].reduce(hmac, `AWS4${credentials.secretAccessKey}`);
  const signature = hmac(key, ["AWS4-HMAC-SHA256", date, scope, sha256(canonical)].join("\n")).toString("hex");
  const authorization = `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${names.join(";")}, Signature=${signature}`;
  return { options: { host: "127.0.0.1", port, method, path, headers: { ...all, authorization } }, body };
}

const location =
  "<CreateBucketConfiguration><LocationConstraint>ap-northeast-1</LocationConstraint></CreateBucketConfiguration>";

export const createBucket = (site, name) =>
  signed({ ...site, service: "s3", method: "PUT", path: `/${name}`, body: location });

const versions = { ec2: "2016-11-15", elasticloadbalancing: "2015-12-01", iam: "2010-05-08", sts: "2011-06-15" };

/** A call of a service with a query protocol, or of SSM. */
export function call(site, service, action, parameters = {}) {
  if (service === "ssm") {
    const headers = { "content-type": "application/x-amz-json-1.1", "x-amz-target": `AmazonSSM.${action}` };
    return signed({ ...site, service, headers, body: JSON.stringify(parameters) });
  }
  const body = new URLSearchParams({ Action: action, Version: versions[service], ...parameters }).toString();
  return signed({ ...site, service, headers: { "content-type": "application/x-www-form-urlencoded" }, body });
}

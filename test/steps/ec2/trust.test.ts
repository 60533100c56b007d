import { expect, it } from "vitest";
import { instanceTrust } from "../../../src/steps/ec2/hosts.ts";

it.each([
  ["ap-northeast-1", "ec2.amazonaws.com"],
  ["us-gov-west-1", "ec2.amazonaws.com"],
  ["cn-northwest-1", "ec2.amazonaws.com.cn"],
])("the hosts' role trusts EC2 as it is called in %s", (region, Service) => {
  expect(instanceTrust(region).Statement).toMatchObject([{ Principal: { Service } }]);
});

import { edgeProvocations } from "./diagnose/edge.ts";
import { instanceProvocations } from "./diagnose/instance.ts";
import { nginxProvocations } from "./diagnose/nginx.ts";
import { socketProvocations } from "./diagnose/socket.ts";
import { storageProvocations } from "./diagnose/storage.ts";
import { diagnoseSuite } from "./diagnose/suite.ts";

diagnoseSuite("e2e-diagnose-way", [
  ["load balancer, groups, routes, targets", edgeProvocations],
  ["instance and host", instanceProvocations],
  ["Nginx", nginxProvocations],
  ["socket", socketProvocations],
  ["pictures and S3", storageProvocations],
]);

import { hostFacts, said, withHost } from "../recorded-facts.ts";
import type { Case } from "./case.ts";

const path = "/run/lecture05/puma.sock";
const missing = {
  "socket.stat": [`stat: cannot statx '${path}': No such file or directory`],
  "socket.stat.exit": ["1"],
};
const badGateway = { "up.checker": ["502 0.002 "], "page.status": ["502"] };
const inactive = said("puma.unit", /^(ActiveState|SubState)=.*/, "$1=inactive");

export const socketCases: readonly Case[] = [
  {
    code: "PUMA_BIND_WRONG",
    what: "a TCP address",
    facts: withHost({ ...said("env", /^PUMA_BIND=unix.*/, "PUMA_BIND=tcp://0.0.0.0:3000"), ...missing, ...badGateway }),
  },
  {
    code: "SOCKET_PATH_DIFFERS",
    what: "Nginx looks elsewhere",
    facts: withHost({ ...said("nginx.files", /unix:\/run\/lecture05/, "unix:/tmp"), ...badGateway }),
  },
  {
    code: "NGINX_NOT_IN_GROUP",
    what: "no member",
    facts: withHost({ "nginx.member": ["www-data"], "nginx.groups": ["33 "], ...badGateway }),
  },
  { code: "NGINX_GROUP_NOT_LOADED", what: "since before", facts: withHost({ "nginx.groups": ["33 "], ...badGateway }) },
  {
    code: "SOCKET_DIRECTORY_CLOSED",
    what: "0700",
    facts: withHost({ "socket.directory": ["700 app:app"], ...badGateway }),
  },
  {
    code: "SOCKET_DIRECTORY_CLOSED",
    what: "another group",
    facts: withHost({ "socket.directory": ["750 app:root"], ...badGateway }),
  },
  { code: "SOCKET_CLOSED", what: "0700", facts: withHost({ "socket.stat": ["socket 700 app:app"], ...badGateway }) },
  { code: "SOCKET_REMOVED", what: "while Puma listens", facts: withHost({ ...missing, ...badGateway }) },
  {
    code: "SOCKET_STALE",
    what: "nobody listens",
    facts: withHost({
      ...inactive,
      "socket.listen": undefined,
      "socket.root": ["curl: (7) Failed to connect"],
      ...badGateway,
    }),
  },
  { code: "SOCKET_DIRECTORY_OPEN", what: "0755", facts: withHost({ "socket.directory": ["755 app:app"] }) },
  {
    code: "TCP_PORT_OPEN",
    what: "by a program of somebody",
    facts: withHost({
      ports: [
        ...hostFacts().lines("ports"),
        "LISTEN 0 128 127.0.0.1:3000 0.0.0.0:* cgroup:/system.slice/rogue.service",
      ],
    }),
  },
];

import type { LocalizedText } from "../text.ts";
import type { MakeBox } from "./make-box.ts";
import type { Box } from "./scene.ts";
import type { TopologyInstance } from "./topology.ts";

/** An instance with what runs on it. */
export function hostBox(host: TopologyInstance, make: MakeBox, say: (words: LocalizedText) => string): Box {
  const { id, facts, state } = host;
  const process = (kind: string, title: string, lines: readonly string[]): Box =>
    make(`${kind}-${id}`, "process", title, lines);
  const running = (active: boolean): string[] => (active ? [] : [say({ en: "stopped", ja: "停止中" })]);
  const inside: Box[] = facts
    ? [
        ...(facts.nginx ? [process("nginx", `Nginx ${facts.nginx.version}`, running(facts.nginx.active))] : []),
        ...(facts.socket
          ? [
              make(`socket-${id}`, "socket", say({ en: "Unix domain socket", ja: "Unix ドメインソケット" }), [
                facts.socket,
              ]),
            ]
          : []),
        ...(facts.puma
          ? [
              process("puma", `Puma ${facts.puma.version}`, [
                ...(facts.rails ? [`Rails ${facts.rails}`] : []),
                ...(facts.ruby ? [`Ruby ${facts.ruby}`] : []),
                ...running(facts.puma.active),
              ]),
            ]
          : []),
        ...(facts.database ? [make(`database-${id}`, "database", "SQLite", [facts.database])] : []),
      ]
    : [];
  return make(
    `host-${id}`,
    "instance",
    `EC2 ${host.type}`,
    [
      id,
      ...(host.privateIp ? [say({ en: `private ${host.privateIp}`, ja: `プライベート IP ${host.privateIp}` })] : []),
      ...(state === "running" ? [] : [state]),
    ],
    inside,
    id,
  );
}

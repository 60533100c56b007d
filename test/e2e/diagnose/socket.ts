import { leaveGroup, editSite, restartPuma, setVariable, socket, type Provocation } from "./provocation.ts";

export const socketProvocations: readonly Provocation[] = [
  {
    layer: "socket",
    code: "PUMA_BIND_WRONG",
    what: "Puma binds TCP although Nginx looks for the socket",
    row: 6,
    breakIt: `${setVariable("20-socket.env", "PUMA_BIND", "tcp://127.0.0.1:3000")} && ${restartPuma}`,
  },
  {
    layer: "socket",
    code: "SOCKET_PATH_DIFFERS",
    what: "Nginx looks for the socket elsewhere",
    row: 4,
    breakIt: editSite("s|unix:/run/lecture05/puma.sock|unix:/tmp/puma.sock|"),
  },
  {
    layer: "socket",
    code: "NGINX_NOT_IN_GROUP",
    what: "Nginx's user is not in the application's group",
    row: 3,
    breakIt: leaveGroup,
  },
  {
    layer: "socket",
    code: "NGINX_GROUP_NOT_LOADED",
    what: "Nginx was started before its user joined the group",
    row: 3,
    breakIt: `${leaveGroup} && usermod -aG app www-data`,
  },
  {
    layer: "socket",
    code: "SOCKET_DIRECTORY_CLOSED",
    what: "the socket's directory is 0700",
    row: 3,
    breakIt: "chmod 0700 /run/lecture05",
  },
  { layer: "socket", code: "SOCKET_CLOSED", what: "the socket is 0700", row: 3, breakIt: `chmod 0700 ${socket}` },
  { layer: "socket", code: "SOCKET_REMOVED", what: "the socket's file was removed", row: 4, breakIt: `rm ${socket}` },
  {
    layer: "socket",
    code: "SOCKET_STALE",
    what: "a dead Puma left its socket behind",
    row: 5,
    breakIt: `systemctl stop puma && install -d -o app -g app -m 750 /run/lecture05 &&
      runuser -u app -- ruby -rsocket -e 'UNIXServer.new("${socket}")'`,
  },
  {
    layer: "socket",
    code: "SOCKET_DIRECTORY_OPEN",
    what: "everybody may enter the socket's directory",
    breakIt: "chmod 0755 /run/lecture05",
  },
  {
    layer: "socket",
    code: "TCP_PORT_OPEN",
    what: "something listens on TCP 3000",
    breakIt:
      "systemd-run -q --unit=rogue ruby -rsocket -e 's = TCPServer.new(\"127.0.0.1\", 3000); loop { s.accept.close }'; sleep 0.7",
    restore: "systemctl stop rogue",
  },
];

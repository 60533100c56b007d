import { bindFile, socket } from "./breakage.ts";

// Ways to answer in the place of a server, or to stand between two of them, without the page showing it.

/** A program that passes every connection on. `note` is Ruby that sees the beginning of each request as `head`. */
const middleman = (listen: string, connect: string, note = ""): string => `
  systemd-run -q --collect --unit=rogue -p UMask=0000 -p KillSignal=SIGKILL ruby -rsocket -e '
    server = ${listen}
    loop do
      Thread.new(server.accept) do |client|
        upstream = ${connect}
        head = client.readpartial(65536)
        ${note}
        upstream.write(head)
        Thread.new { IO.copy_stream(client, upstream) rescue nil }
        IO.copy_stream(upstream, client) rescue nil
        client.close
      end
    end'
  for attempt in $(seq 50); do curl -s -o /dev/null $way http://127.0.0.1:3000/up && break; sleep 0.1; done`;

/** Puma elsewhere, and somebody else where it should be. */
export const tcpMiddleman = (note?: string): string => `
  echo PUMA_BIND=tcp://127.0.0.1:3001 >${bindFile} && systemctl restart puma
  way= ${middleman('TCPServer.new("127.0.0.1", 3000)', 'TCPSocket.new("127.0.0.1", 3001)', note)}`;
export const pumaBack = (wait: string): string => `
  systemctl stop rogue || true; rm -f ${bindFile}; systemctl restart puma && ${wait}`;

export const elsewhere = "/run/lecture05/other.sock";
// A Puma that had to be killed leaves its socket behind.
export const socketElsewhere = `echo PUMA_BIND=unix://${elsewhere} >${bindFile} && systemctl restart puma && rm -f ${socket}`;
export const socketMiddleman = (path: string): string => `
  way="--unix-socket ${socket}" ${middleman(`UNIXServer.new("${socket}")`, `UNIXSocket.new("${path}")`)}`;

/** Between Nginx and Puma, at the very address where Nginx expects it and where Puma believes to listen. */
export const standingBetween = {
  what: "somebody stands between Nginx and Puma, at Puma's own socket",
  breakIt: `mv ${socket} ${elsewhere} && ${socketMiddleman(elsewhere)}`,
  repair: `systemctl stop rogue && mv ${elsewhere} ${socket}`,
};

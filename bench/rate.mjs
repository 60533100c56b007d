// node rate.mjs ADDRESS COUNT CONNECTIONS: requests per second, on stdout. A program of its own, to be run in a namespace.
import { rate } from "./http-load.mjs";

const [address, count, connections] = process.argv.slice(2);
const { hostname: host, port, pathname: path } = new URL(address);
const target = { options: { host, port: port || 80, method: "GET", path, headers: {} } };
process.stdout.write(String(await rate(target, { count: Number(count), connections: Number(connections) })));

import { execFile, spawn } from "node:child_process";
import { promisify } from "node:util";
import { collect, type CommandOutcome } from "../../support/installed-package.ts";

const run = promisify(execFile);

export interface ClientPlace {
  readonly sandboxId: string;
  readonly network: string;
  readonly address: string;
  /** Any image with MariaDB's client. */
  readonly image: string;
}

/** A container inside of a VPC that is nothing of AWS's: what a host is to a database, an address. */
export class DatabaseClient {
  private constructor(private readonly container: string) {}

  static async start({ sandboxId, network, address, image }: ClientPlace): Promise<DatabaseClient> {
    const place = ["--network", network, "--ip", address, "--label", `lecture05.sandbox=${sandboxId}`];
    const { stdout } = await run("docker", ["run", "--detach", "--init", ...place, image, "sleep", "infinity"]);
    return new DatabaseClient(stdout.trim());
  }

  async write(path: string, content: string): Promise<void> {
    const child = spawn("docker", ["exec", "-i", this.container, "sh", "-c", `cat > ${path}`]);
    const outcome = collect(child);
    child.stdin.end(content);
    if ((await outcome).code !== 0) throw new Error(`${path} was not written`);
  }

  async shell(script: string): Promise<string> {
    return (await run("docker", ["exec", this.container, "sh", "-c", script])).stdout.trim();
  }

  /** What MariaDB's client says to statements; `more` are further arguments of it. */
  async ask(login: Login, sql: string, ...more: string[]): Promise<CommandOutcome> {
    const { host, user, password } = login;
    const server = ["--no-defaults", `--host=${host}`, `--user=${user}`, "--connect-timeout=3", "--skip-column-names"];
    const text = ["--default-character-set=utf8mb4"];
    const command = ["mariadb", ...server, ...text, ...more, "--execute", sql];
    const environment = { ...process.env, MYSQL_PWD: password };
    return collect(
      spawn("docker", ["exec", "--env", "MYSQL_PWD", this.container, ...command], {
        env: environment,
        stdio: ["ignore", "pipe", "pipe"],
      }),
    );
  }

  /** The answer; throws when there is none. */
  async query(login: Login, sql: string, ...more: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.ask(login, sql, "--ssl-verify-server-cert=OFF", ...more);
    if (code !== 0) throw new Error(`${sql}: ${stderr}`);
    return stdout.trim();
  }
}

export interface Login {
  readonly host: string;
  readonly user: string;
  readonly password: string;
}

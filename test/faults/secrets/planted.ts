import { randomBytes } from "node:crypto";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const secret = (): string => randomBytes(24).toString("base64").replaceAll(/[/+=]/g, "x");

/** What a person's shell holds: none of it is for files, other processes or screens. */
export const environmentSecrets = {
  "AWS secret key": `${secret()}/+${secret().slice(0, 6)}`,
  "AWS session token": `${secret()}"\\${secret()}==`,
  "key base of the shell": secret(),
  "master key of the shell": secret(),
  "password of a database": secret(),
  "token of a registry": secret(),
};

export const plantedEnvironment: NodeJS.ProcessEnv = {
  AWS_ACCESS_KEY_ID: "AKIAPLANTED000000001",
  AWS_SECRET_ACCESS_KEY: environmentSecrets["AWS secret key"],
  AWS_SESSION_TOKEN: environmentSecrets["AWS session token"],
  SECRET_KEY_BASE: environmentSecrets["key base of the shell"],
  RAILS_MASTER_KEY: environmentSecrets["master key of the shell"],
  DATABASE_URL: `postgres://app:${environmentSecrets["password of a database"]}@db.example/app`,
  NPM_TOKEN: environmentSecrets["token of a registry"],
};

/** In the application's directory, under the names that Rails and others give to such files. */
export const applicationSecrets = {
  "master key of the application": secret(),
  "key of its credentials": secret(),
  "password in .env": secret(),
  "private key of its certificate": secret(),
};

export function plantApplication(from: string, directory: string): void {
  cpSync(from, directory, { recursive: true });
  mkdirSync(join(directory, "config/credentials"), { recursive: true });
  const files: Readonly<Record<string, string>> = {
    "config/master.key": applicationSecrets["master key of the application"],
    "config/credentials/production.key": applicationSecrets["key of its credentials"],
    ".env": `DB_PASSWORD=${applicationSecrets["password in .env"]}\n`,
    ".env.production": `DB_PASSWORD=${applicationSecrets["password in .env"]}\n`,
    "config/tls.pem": privateKey(applicationSecrets["private key of its certificate"]),
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(directory, name), content);
}

/** What programs on a host say when they fail, in the shapes that such things have. */
export const hostSecrets = {
  "key base of the host": randomBytes(64).toString("hex"),
  "password of the host's database": secret(),
  "master key of the host": secret(),
  "secret key of the role": secret(),
  "session token of the role": secret(),
  "signature of a link": randomBytes(32).toString("hex"),
  "signature of a request": randomBytes(32).toString("hex"),
  "bearer token": secret(),
  "private key": secret(),
  "password after exec": secret(),
};

export const saidByHost = `bundler: failed to load command: rails
SECRET_KEY_BASE=${hostSecrets["key base of the host"]}
  RAILS_MASTER_KEY="${hostSecrets["master key of the host"]}"
could not connect: mysql2://app:${hostSecrets["password of the host's database"]}@db.example/app (Mysql2::Error)
{ "AccessKeyId" : "ASIAPLANTED000000002", "SecretAccessKey" : "${hostSecrets["secret key of the role"]}",
  "Token" : "${hostSecrets["session token of the role"]}" }
redirected to https://bucket.s3.amazonaws.com/key?X-Amz-Date=1&X-Amz-Signature=${hostSecrets["signature of a link"]}&x=1
Authorization: AWS4-HMAC-SHA256 Credential=ASIAPLANTED000000002/x, Signature=${hostSecrets["signature of a request"]}
> Authorization: Bearer ${hostSecrets["bearer token"]}
${privateKey(hostSecrets["private key"])}`;

function privateKey(content: string): string {
  return `-----BEGIN RSA PRIVATE KEY-----\n${content}\n-----END RSA PRIVATE KEY-----\n`;
}

import { blank, invalidValue } from "./errors.ts";

const identifier = /^[a-z](?!.*--)[a-z0-9-]*(?<!-)$/i;

/** The name of a database or snapshot, in small letters. */
export function checkIdentifier(parameter: string, id: string | undefined, longest = 63): string {
  if (!id) throw blank(parameter);
  if (id.length > longest || !identifier.test(id)) {
    throw invalidValue(
      `The parameter ${parameter} is not a valid identifier. Identifiers must begin with a letter; must contain only ASCII letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens.`,
    );
  }
  return id.toLowerCase();
}

export function checkMasterUsername(name: string | undefined): string {
  if (!name) throw blank("MasterUsername");
  if (!/^[a-z]\w{0,31}$/i.test(name)) {
    throw invalidValue(
      "The parameter MasterUsername must begin with a letter and contain only alphanumeric characters.",
    );
  }
  // The server's own.
  if (["rdsadmin", "mariadb.sys", "mysql"].includes(name.toLowerCase())) {
    throw invalidValue(`MasterUsername ${name} cannot be used as it is a reserved word used by the engine`);
  }
  return name;
}

const systemSchemas = ["mysql", "sys", "information_schema", "performance_schema"];

export function checkDatabaseName(name: string | undefined): string | undefined {
  if (name === undefined || name === "") return undefined;
  if (!/^[a-z]\w{0,63}$/i.test(name)) {
    throw invalidValue("DBName must begin with a letter and contain only alphanumeric characters.");
  }
  if (systemSchemas.includes(name.toLowerCase())) {
    throw invalidValue(`DBName ${name} cannot be used. It is a reserved word for this engine`);
  }
  return name;
}

export function checkPort(port = 3306): number {
  if (port < 1150 || port > 65_535) {
    throw invalidValue(`Invalid database port: ${port}. Valid port range: 1150-65535`);
  }
  return port;
}

export function checkRetention(days: number): number {
  if (!Number.isInteger(days) || days < 0 || days > 35) {
    throw invalidValue("Invalid backup retention period. Retention period must be between 0 and 35.");
  }
  return days;
}

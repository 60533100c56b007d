import { createHash } from "node:crypto";
import { blank, invalidValue } from "./errors.ts";

/** Checks a master password as RDS does for MySQL, and returns what the server keeps of it. */
export function hashPassword(password: string | undefined): string {
  if (!password) throw blank("MasterUserPassword");
  const invalid = "The parameter MasterUserPassword is not a valid password";
  if (!/^[\x21-\x7e]+$/.test(password) || /[/@"]/.test(password)) {
    throw invalidValue(`${invalid}. Only printable ASCII characters besides '/', '@', '"', ' ' may be used.`);
  }
  if (password.length < 8) throw invalidValue(`${invalid} because it is shorter than 8 characters.`);
  if (password.length > 41) throw invalidValue(`${invalid} because it is longer than 41 characters.`);
  const once = createHash("sha1").update(password).digest();
  return `*${createHash("sha1").update(once).digest("hex").toUpperCase()}`;
}

import type { DeleteResult, ResourceIdentity } from "./identity.ts";

/** A parameter as it is listed: without its value. */
export interface Parameter {
  readonly name: string;
  /** "SecureString": encrypted with the account's own key for Parameter Store. */
  readonly type: string;
}

/**
 * Systems Manager's Parameter Store, as far as it keeps a stack's secrets. Hosts read them by themselves, with their
 * role, so that no secret travels in a command. Whatever value passes through here is redacted from then on.
 */
export interface Parameters {
  /** Those that carry the stack's tag. */
  find(stack: string): Promise<Parameter[]>;
  /** The value, decrypted; undefined when there is none of this name. */
  read(name: string): Promise<string | undefined>;
  /**
   * Keeps a secret as a SecureString. Where there is one of this name already, that one stays and is returned: a
   * password that is in use must not be replaced. Throws NAME_TAKEN when it is another's.
   */
  putSecret(identity: ResourceIdentity, name: string, value: string): Promise<string>;
  delete(name: string): Promise<DeleteResult>;
}

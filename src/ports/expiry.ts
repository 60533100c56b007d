/** When a resource's time is over (ISO 8601, UTC), or that it has no end. On every resource of a stack with --ttl. */
export const expiryTag = "lecture05:expires-at";
export const noExpiry = "never";

/** When a resource's time is over, as its tag says. */
export function expiryOf(
  resource: { readonly tags: Readonly<Record<string, string>> } | undefined,
): string | undefined {
  const value = resource?.tags[expiryTag];
  return value === noExpiry ? undefined : value;
}

export interface Expiry {
  /** Puts the tag on everything that carries the stack's own, EC2's resources last. */
  tag(stack: string, expiresAt: string | undefined): Promise<void>;
  /** The latest that EC2's resources of the stack bear; undefined when none bears one. */
  find(stack: string): Promise<string | undefined>;
}

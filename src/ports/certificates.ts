/** A certificate of AWS Certificate Manager, which is somebody else's: it is read, and never changed or deleted. */
export interface Certificate {
  readonly arn: string;
  /** All names that it is for; wildcards as "*.example.com". */
  readonly names: readonly string[];
  /** ACM's own word: ISSUED, PENDING_VALIDATION, EXPIRED, FAILED … */
  readonly status: string;
  /** Why ACM could not issue it; absent when there is nothing to say. */
  readonly failureReason?: string;
  /** ISO 8601, UTC; absent before it is issued. */
  readonly notBefore?: string;
  readonly notAfter?: string;
  /** "RSA_2048", "EC_prime256v1" … */
  readonly keyAlgorithm: string;
  /** DNS records that would prove the domain and are still waited for. */
  readonly pendingRecords: readonly { readonly name: string; readonly type: string; readonly value: string }[];
  /** SHA-256 of the certificate itself, "AB:CD:…"; absent before it is issued. */
  readonly fingerprint?: string;
}

/** AWS Certificate Manager, in the stack's region. */
export interface Certificates {
  /** Undefined: there is none of this ARN in this account and region. */
  find(arn: string): Promise<Certificate | undefined>;
}

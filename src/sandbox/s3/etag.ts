export function quoted(etag: string): string {
  return `"${etag}"`;
}

/** Clients send entity tags with and without quotes; S3 takes both. */
export function unquoted(etag: string): string {
  return etag.trim().replace(/^(W\/)?"?|"$/g, "");
}

/** Whether one of the tags in a conditional header is this one. */
export function matchesEtag(header: string, etag: string): boolean {
  return header.split(",").some((one) => one.trim() === "*" || unquoted(one) === etag);
}

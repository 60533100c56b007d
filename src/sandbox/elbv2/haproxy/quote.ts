/**
 * A word of HAProxy's configuration that holds any text. All that is special to the configuration, to log formats or
 * to a terminal becomes \xNN, so nothing that a client of the API sends can end the word or start a line.
 */
export function quote(text: string): string {
  const safe = /^[A-Za-z0-9 _.,:;/=<>()^+*?@~-]$/;
  let quoted = "";
  for (const byte of Buffer.from(text, "utf8")) {
    const character = String.fromCharCode(byte);
    quoted += safe.test(character) ? character : `\\x${byte.toString(16).padStart(2, "0")}`;
  }
  return `"${quoted}"`;
}

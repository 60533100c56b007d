/**
 * One word as a POSIX shell reads it back unchanged, whatever it holds. NUL cannot be in a word.
 */
export function shellQuote(word: string): string {
  if (word.includes("\0")) throw new RangeError("a shell word cannot hold NUL");
  return /^[\w@%+:,./-][\w@%+=:,./-]*$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/**
 * A name of our own making that stands in a script as it is, for example a release. Throws RangeError for whatever a
 * shell could read as more than one word, or as an option.
 */
export function plainWord(word: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(word)) throw new RangeError(`not a plain word: ${JSON.stringify(word)}`);
  return word;
}

/**
 * Lines for systemd's EnvironmentFile= which a shell's `.` reads the same way: inside double quotes both give a
 * backslash before " \ ` $ the same meaning (systemd.exec(5)), so rake tasks and the service see equal values.
 */
export function environmentText(variables: Readonly<Record<string, string>>): string {
  return Object.entries(variables)
    .map(([name, value]) => `${name}=${quoteValue(checkName(name), value)}\n`)
    .join("");
}

function checkName(name: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw new RangeError(`not a variable's name: ${JSON.stringify(name)}`);
  return name;
}

function quoteValue(name: string, value: string): string {
  // systemd drops a whole file on what is not text.
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\u0000-\u0008\u000b-\u001f\u007f]/.test(value)) throw new RangeError(`${name} holds a control character`);
  return /^[\w@%+:,./-]+$/.test(value) ? value : `"${value.replaceAll(/["\\`$]/g, "\\$&")}"`;
}

/** The host that the footer of the sample application's pages names; undefined on a page that names none. */
export function servedBy(html: string): string | undefined {
  const footer = /<footer>(.*?)<\/footer>/s.exec(html)?.[1] ?? "";
  return /<dd>([\w.-]{1,64})<\/dd>/.exec(footer)?.[1];
}

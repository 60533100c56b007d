/** Host and release as the footer of the sample application's pages names them; undefined on a page that does not. */
export function namedOn(html: string): { readonly host: string; readonly release: string } | undefined {
  const footer = /<footer>(.*?)<\/footer>/s.exec(html)?.[1] ?? "";
  const [host, , release] = [...footer.matchAll(/<dd>([\w.-]{1,64})<\/dd>/g)].map((match) => match[1]);
  return host === undefined || release === undefined ? undefined : { host, release };
}

import type { AwsError } from "../../wire/action.ts";

const reasons: Readonly<Record<number, string>> = {
  400: "Bad Request",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  416: "Requested Range Not Satisfiable",
};

/** S3's own page for an error; it comes where the website has no error document that everybody may read. */
export function errorPage({ code, message, status, fields }: AwsError, requestId: string): string {
  const title = `${status} ${reasons[status] ?? ""}`.trim();
  const items = [
    ["Code", code],
    ["Message", message],
    ...Object.entries(fields ?? {}).map(([name, value]) => [name, String(value)] as const),
    ["RequestId", requestId],
  ];
  return `<html>
<head><title>${title}</title></head>
<body>
<h1>${title}</h1>
<ul>
${items.map(([name, value]) => `<li>${name}: ${escapeHtml(value ?? "")}</li>`).join("\n")}
</ul>
<hr/>
</body>
</html>
`;
}

const escapeHtml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

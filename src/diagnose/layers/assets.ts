import { appUser, currentLink, releasesDirectory } from "../../remote/paths.ts";
import { evidence, applyStep, automatic, inHost, onHost, type Layer } from "../layer.ts";

/** Style sheets and scripts: built, and readable for who serves them. */
export const assetsLayer: Layer = {
  name: "assets",
  title: { en: "Assets", ja: "アセット" },
  since: "puma",
  scope: "host",
  observed: ({ host }) => host?.facts?.text("stylesheet") && `stylesheet ${host.facts.text("stylesheet").slice(0, 3)}`,
  symptom: ({ host, reached }) => {
    const facts = host?.facts;
    const answer = facts?.text("stylesheet") ?? "";
    if (!facts || answer === "" || answer.startsWith("200") || !reached.includes("puma")) return undefined;
    return [evidence(`curl http://NAME${facts.text("page.stylesheet")}`, answer, answer.slice(0, 3))];
  },
  diagnoses: [
    {
      code: "ASSETS_UNREADABLE",
      logLines: [
        'stat() "/opt/lecture05/current/public/assets/application-….css" failed (13: Permission denied)',
        "404 Not Found (application.css)",
      ],
      cause: {
        en: "Who serves the files cannot read {path}, so the page comes without style",
        ja: "静的ファイルを配信するユーザーが {path} を読めないため、スタイルが適用されません",
      },
      fix: automatic(
        onHost(
          `chown -R -h root:${appUser} ${currentLink}/public && chmod -R u+rwX,g+rX,g-w,o-rwx ${currentLink}/public && chmod g+rx ${currentLink}/.`,
        ),
      ),
      find: inHost((facts) => {
        const line = facts.find("asset", /^not-readable /);
        if (!line) return undefined;
        const path = line.replace("not-readable ", "");
        const log = facts.findLast("nginx.errors", /public.*\(13: /);
        return {
          evidence: [
            evidence(`runuser -u www-data -- test -r ${path}`, line),
            ...(log ? [evidence("tail /var/log/nginx/error.log", log, "13: Permission denied")] : []),
          ],
          values: { path },
        };
      }),
    },
    {
      code: "ASSETS_MISSING",
      raises: /MissingAssetError|is not present in the asset pipeline|was not found in the load path/,
      logLines: [
        "Propshaft::MissingAssetError (The asset 'application.css' was not found in the load path.)",
        'ActionView::Template::Error (The asset "application.css" is not present in the asset pipeline.)',
      ],
      cause: {
        en: "Assets have not been built: public/assets has no manifest, so the page names style sheets that do not exist",
        ja: "アセットがプリコンパイルされていません。public/assets にマニフェストがないため、スタイルシートが見つかりません",
      },
      fix: automatic(onHost(`rm -f ${releasesDirectory}/*/.prepared`), applyStep("puma")),
      find: inHost((facts) => {
        const absent = facts.find("files", /^absent .*\.manifest\.json$/);
        if (!absent || facts.find("files", /^absent .*\/Gemfile$/)) return undefined;
        return {
          evidence: [
            evidence(`ls ${currentLink}/public/assets/.manifest.json`, absent, "absent"),
            ...(facts.text("stylesheet")
              ? [evidence(`curl http://NAME${facts.text("page.stylesheet")}`, facts.text("stylesheet"))]
              : []),
          ],
        };
      }),
    },
  ],
};

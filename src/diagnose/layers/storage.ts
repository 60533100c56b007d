import { appUser, storageRoot } from "../../remote/paths.ts";
import type { HostFacts } from "../host-facts.ts";
import { journalLine } from "../puma-facts.ts";
import { evidence, applyStep, automatic, inHost, onHost, printed, type Layer } from "../layer.ts";
import { backupFaults } from "./backup.ts";
import { bucketFaults } from "./bucket.ts";

const setting = (facts: HostFacts, name: string): string | undefined => facts.value("env", name);
const showSetting = (name: string, value: string | undefined) =>
  evidence("cat /etc/lecture05/env.d/*.env", `${name}=${value ?? ""}`, value || "none");

/** Pictures: the library that makes small ones of them, the service that keeps them, the bucket and the right to it. */
export const storageLayer: Layer = {
  name: "storage",
  title: { en: "Pictures, Active Storage and S3; backups", ja: "画像、Active Storage、S3、バックアップ" },
  since: "puma",
  scope: "host",
  observed: ({ host, bucket, bucketName, backup }) => {
    const facts = host?.facts;
    if (!facts) return undefined;
    const service = setting(facts, "ACTIVE_STORAGE_SERVICE");
    const newest = typeof backup?.newestAt === "number" ? `, backup of ${new Date(backup.newestAt).toISOString()}` : "";
    return bucket
      ? `${service}, ${bucketName}, put ${facts.text("s3.put").trim()}${newest}`
      : service && `service ${service}`;
  },
  diagnoses: [
    {
      code: "STORAGE_LIBVIPS_MISSING",
      raises: /vips\.so|libvips|Could not open library 'vips/,
      logLines: [
        "LoadError: Could not open library 'vips.so.42': vips.so.42: cannot open shared object file: No such file or directory",
        "Could not open library 'libvips.so.42'",
      ],
      cause: {
        en: "libvips is not on the host: no reduced pictures, and after a restart not even Puma, because ruby-vips looks for it when it is loaded",
        ja: "libvips がホストにありません。縮小画像を作成できず、ruby-vips の読み込み時に失敗するため Puma も再起動できなくなります",
      },
      fix: automatic(
        onHost(
          "DEBIAN_FRONTEND=noninteractive apt-get install -q -y --reinstall libvips42t64 && systemctl reset-failed puma.service; systemctl restart puma.service",
        ),
      ),
      find: inHost((facts) => {
        if (facts.exitCode("vips") === undefined || facts.exitCode("vips") === 0) return undefined;
        const line = journalLine(facts, /vips/);
        return {
          evidence: [
            evidence("ldconfig -p | grep libvips.so.42", facts.text("vips") || "not found", "absent"),
            ...(line ? [evidence("journalctl -u puma.service", line)] : []),
          ],
        };
      }),
    },
    {
      code: "STORAGE_DIRECTORY_READ_ONLY",
      until: "s3",
      raises: /Errno::EACCES/,
      logLines: ["Errno::EACCES: Permission denied @ dir_s_mkdir - /var/lib/lecture05/storage/…"],
      cause: {
        en: `Pictures are kept in ${storageRoot}, and ${appUser} cannot write there`,
        ja: `画像の保存先 ${storageRoot} に ${appUser} ユーザーが書き込めません`,
      },
      fix: automatic(onHost(`chown -R ${appUser}:${appUser} ${storageRoot} && chmod -R u+rwX ${storageRoot}`)),
      find: inHost((facts) => {
        const line = facts.find("storage.write", /^not-writable/);
        return line ? { evidence: [evidence(`runuser -u ${appUser} -- test -w ${storageRoot}`, line)] } : undefined;
      }),
    },
    {
      code: "STORAGE_SERVICE_LOCAL",
      since: "s3",
      logLines: ["config.active_storage.service = :local", "Disk Storage (…) Uploaded file to key: …"],
      cause: {
        en: "Pictures are still kept on the host's own disk ({service}) and not in the bucket. With two hosts every second picture would be missing",
        ja: "画像の保存先がまだホストのディスク ({service}) です。バケットには保存されず、2 台構成では画像が表示されないことがあります",
      },
      fix: automatic(applyStep("s3")),
      find: inHost((facts) => {
        const service = setting(facts, "ACTIVE_STORAGE_SERVICE");
        if (facts.lines("env").length === 0 || service === "amazon") return undefined;
        return {
          evidence: [showSetting("ACTIVE_STORAGE_SERVICE", service)],
          values: { service: service || "local" },
        };
      }),
    },
    {
      code: "STORAGE_BUCKET_WRONG",
      since: "s3",
      raises: /missing required option :name|NoSuchBucket|bucket name/i,
      logLines: [
        "Aws::S3::Errors::NoSuchBucket: The specified bucket does not exist",
        "ArgumentError: missing required option :name",
      ],
      cause: {
        en: "The application is told to use the bucket {bucket}, but the stack's bucket is {wanted}",
        ja: "アプリケーションのバケット名が {bucket} になっています。正しくは {wanted} です",
      },
      fix: automatic(applyStep("s3")),
      find: inHost((facts, { bucketName }) => {
        const bucket = setting(facts, "S3_BUCKET");
        if (facts.lines("env").length === 0 || bucket === bucketName) return undefined;
        const put = facts.text("s3.put").trim();
        return {
          evidence: [
            showSetting("S3_BUCKET", bucket),
            ...(put ? [evidence("aws s3api put-object (as app, through the role)", put)] : []),
          ],
          values: { bucket: bucket || "(none)", wanted: bucketName },
        };
      }),
    },
    {
      code: "STORAGE_REGION_WRONG",
      since: "s3",
      raises: /PermanentRedirect|AuthorizationHeaderMalformed|is wrong; expecting/,
      logLines: [
        "Aws::S3::Errors::PermanentRedirect: The bucket you are attempting to access must be addressed using the specified endpoint.",
        "The authorization header is malformed; the region 'us-east-1' is wrong; expecting 'ap-northeast-1'",
      ],
      cause: {
        en: "The application asks S3 in the region {region}, but the bucket is in {wanted}",
        ja: "アプリケーションの S3 リージョンが {region} ですが、バケットは {wanted} にあります",
      },
      fix: automatic(applyStep("s3")),
      find: inHost((facts, { region: wanted }) => {
        const region = setting(facts, "AWS_REGION");
        if (facts.lines("env").length === 0 || region === wanted) return undefined;
        return { evidence: [showSetting("AWS_REGION", region)], values: { region: region || "(none)", wanted } };
      }),
    },
    ...bucketFaults,
    {
      code: "LOGS_NOT_SHIPPED",
      since: "s3",
      latent: true,
      logLines: [
        "lecture05-ship-logs.timer: inactive (dead)",
        "lecture05-ship-logs.service: Failed with result 'exit-code'.",
      ],
      cause: {
        en: "Logs do not go to the bucket: {what}",
        ja: "ログがバケットに送られていません: {what}",
      },
      fix: printed(
        onHost("journalctl -u lecture05-ship-logs.service -n 20 --no-pager"),
        onHost("systemctl start lecture05-ship-logs.service"),
      ),
      find: inHost((facts) => {
        const lines = facts.lines("timer");
        const timer = lines.slice(0, 3);
        if (lines.length === 0) return undefined;
        const stopped = !timer.includes("ActiveState=active");
        const failed = lines.some((line) => /^Result=(?!success)/.test(line));
        if (!stopped && !failed) return undefined;
        const what = stopped ? "lecture05-ship-logs.timer is stopped" : "the last run failed";
        return {
          evidence: [evidence("systemctl show lecture05-ship-logs.timer", lines.filter(Boolean).join(" "), what)],
          values: { what },
          ...(stopped
            ? { fix: automatic(onHost("systemctl start lecture05-ship-logs.timer lecture05-ship-logs.service")) }
            : {}),
        };
      }),
    },
    ...backupFaults,
  ],
};

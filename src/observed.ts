import type { LocalizedText } from "./text.ts";

/**
 * What was expected and seen stands in English words in JSON and in the state, so that programs can lean on it. People
 * get the same words in their language, in the terms of the AWS console.
 */
export function inWords(observed: string): LocalizedText {
  return { en: observed, ja: japanese(observed) };
}

const words: Readonly<Record<string, string>> = {
  // A connection.
  refused: "接続拒否",
  timeout: "応答なし (タイムアウト)",
  reset: "接続が切断された",
  "name-not-found": "名前解決できない",
  "not reached": "接続できない",
  online: "オンライン",
  "not online in SSM": "SSM に未接続",
  "not visible yet": "まだ反映されていない",

  // Instances, volumes, targets: the console's words.
  pending: "保留中",
  running: "実行中",
  stopping: "停止中",
  stopped: "停止済み",
  "shutting-down": "シャットダウン中",
  terminated: "終了済み",
  required: "必須",
  optional: "オプション",
  encrypted: "暗号化済み",
  "no volume": "ボリュームなし",
  "no rule": "ルールなし",
  "no address": "アドレスなし",
  initial: "初期",
  healthy: "正常",
  unhealthy: "異常",
  unused: "未使用",
  draining: "ドレイン中",
  drained: "切り離し済み",
  "started before the switch": "切り替え前に起動したまま",
  "never its turn": "一度も振り分けられなかった",
  unavailable: "利用不可",
  "no target": "ターゲットなし",
  "no target is registered": "登録済みターゲットなし",
  "an Elastic IP": "Elastic IP アドレス",
  "the visitor's address": "閲覧者のアドレス",
  "closed without an answer": "応答なしで切断",
  "another address than the load balancer's": "ロードバランサー以外のアドレス",
  "a private address of the load balancer": "ロードバランサーのプライベート IP アドレス",

  // Hosts.
  absent: "なし",
  present: "あり",
  socket: "ソケット",
  "no result": "結果なし",
  "no line in the access log": "アクセスログに該当行なし",
  "no style sheet on the page": "ページにスタイルシートがない",
  "the name is not on the page": "ページに名前が表示されない",

  // A request in the servers' logs.
  "no line in its log": "ログに該当行なし",
  "no line in either": "どちらのログにも該当行なし",
  "none in Nginx's log": "Nginx のログになし",
  "an address in Nginx's log": "Nginx のログにあるアドレス",
  "Nginx itself": "Nginx 自身",
  "Nginx and Puma": "Nginx と Puma",
  "unknown listener": "待ち受け先不明",
  "nothing listens": "待ち受けなし",
  "Self=…;Root=ours": "Self=…;Root=送信した値",
  "no id": "ID なし",
  "no error of S3 in Puma's log": "Puma のログに S3 のエラーなし",
  "no role in Puma's log": "Puma のログに IAM ロールなし",

  // The bucket and what lies in it.
  on: "有効",
  off: "無効",
  none: "なし",
  "no policy": "ポリシーなし",
  equal: "一致",
  different: "不一致",
  "none equal": "一致するものなし",
  "at least 1 object": "オブジェクト 1 個以上",
  "no link on the page": "ページにリンクがない",
  "no image on the page": "ページに画像がない",
  "it was never there": "最初から存在しない",
  "still there": "まだ残っている",
  gone: "削除済み",
  "public access block": "ブロックパブリックアクセス",
  encryption: "暗号化",
  versioning: "バージョニング",
  "bucket policy": "バケットポリシー",
  expiry: "ライフサイクルルール",
  "load balancing and S3 for this stack": "このスタックの ALB と S3",
  "as it should be": "正しい",
  "no backup": "バックアップなし",
  "there, encrypted": "あり、暗号化",
  "not encrypted": "暗号化されていない",
  "no image": "イメージなし",
  "of another state": "別の時点の内容",
  "another SHA-256": "SHA-256 が一致しない",
  "cannot be opened": "開けない",
  active: "稼働中",
  inactive: "停止中",
  allowed: "許可",
  "not enabled": "無効",
  "on, on, on": "すべて有効",
  "for ever": "無期限",
  "another policy": "別のポリシー",
  "another page": "別のページ",
  "public pages": "ページの公開",
  website: "静的ウェブサイト",
  pages: "ページ",
  nothing: "なし",
  "not written": "書き込まれない",
  never: "無期限",

  // The database.
  available: "利用可能",
  creating: "作成中",
  "backing-up": "バックアップ中",
  modifying: "変更中",
  starting: "起動中",
  deleting: "削除中",
  "private subnets": "プライベートサブネット",
  "no public address": "パブリック IP アドレスなし",
  "a public address": "パブリック IP アドレスあり",
  "not counted": "集計なし",
  "moved by another host": "別のホストで移行済み",
  "one zone": "1 つの AZ",
  "two zones": "2 つの AZ",

  // AWS held against the state.
  "in the state": "状態ファイルにある",
  "only in AWS": "AWS にのみ存在",
  "no reason was given": "理由は示されていない",
  "bucket does not exist": "バケットが存在しない",

  unknown: "不明",

  // What a diagnosis saw or could not see, and what to do by hand.
  "instances and network": "インスタンスとネットワーク",
  "load balancer": "ロードバランサー",
  "target group": "ターゲットグループ",
  "own address": "自分のグローバル IP アドレス",
  listeners: "リスナー",
  "target health": "ターゲットの状態",
  page: "ページ",
  bucket: "バケット",
  "role policy": "IAM ロールのポリシー",
  "trial object": "確認用のオブジェクト",
  "not seen": "確認できない",
  "not found": "見つからない",
  missing: "なし",
  "no answer": "応答なし",
  "no such role": "IAM ロールがない",
  "no target group": "ターゲットグループなし",
  "no target group carries the stack's tag": "スタックのタグが付いたターゲットグループがない",
  "nobody listens": "待ち受けているプロセスがない",
  "its own default": "初期値",
  "the application's own default": "アプリケーションの初期値",
  "no proxy_set_header Host": "proxy_set_header Host の行がない",
  "no client_max_body_size (default: 1m)": "client_max_body_size の行がない (初期値: 1m)",
  "lecture05-ship-logs.timer is stopped": "lecture05-ship-logs.timer が停止している",
  "lecture05-backup.timer is stopped": "lecture05-backup.timer が停止している",
  "lecture05-backup.timer is disabled": "lecture05-backup.timer が無効 (再起動後に動かない)",
  "lecture05-backup.timer is not there": "lecture05-backup.timer がない",
  backups: "バックアップ",
  "the last run failed": "前回の実行が失敗した",
  "# bring back a copy, or save what can be read:": "# バックアップから戻すか、読み取れるデータを取り出してください:",
  "# end the process that holds the lock, if it is not Puma itself":
    "# ロックしているプロセスが Puma 以外なら終了してください",
  "# rename it back, or bring back a copy of the database":
    "# 名前を元に戻すか、データベースをバックアップから戻してください",
  '# Gemfile: ruby "~> 3.3" — Debian 13 has Ruby 3.3':
    '# Gemfile に ruby "~> 3.3" と書いてください (Debian 13 の Ruby は 3.3 です)',

  // What scripts set, as explained.
  "NAT gateway": "NAT ゲートウェイ",
  "port 22": "22 番ポート",
  swap: "スワップ",
  packages: "パッケージ",
  user: "ユーザー",
  group: "グループ",
  owner: "所有者",
  hosts: "ホスト",
  "live release": "公開中のリリース",
  "deployed at": "デプロイ日時",
  "release before": "1 つ前のリリース",
  "not complete": "未完了",
  switch: "切り替え",
  restart: "再起動",
  test: "検査",
  unit: "ユニット",
  proof: "動作確認",
  "code directories": "コードのディレクトリ",
  "data directories": "データのディレクトリ",
  "default site": "デフォルトサイト",
  "the way in before": "以前の入口",

  // TLS.
  secure: "secure あり",
  "not secure": "secure なし",
  "no cookie": "Cookie なし",
  "no header": "ヘッダーなし",
  "without location": "Location なし",
  "refused in the handshake": "ハンドシェイクで拒否",
  "no reason given": "理由なし",

  // More than one host.
  all: "すべて",
  "no host": "ホストなし",
  "no group": "グループなし",
  "the same on all": "全ホストで同じ",
  memory: "メモリ",
  disk: "ディスク",
  "always the same host": "常に同じホスト",
  timer: "タイマーあり",
  "no end": "期限なし",
  "not all hosts": "一部のホストが残る設定",
  "ELB, nothing suspended": "ELB、停止中の処理なし",

  // The work log.
  started: "開始",
  done: "完了",
  failed: "失敗",
  interrupted: "中断",
  destroyed: "削除済み",
};

type Say = (text: string) => string;

/** Words with a value in them. The first that fits wins, so the more exact ones come first. */
const phrases: readonly (readonly [RegExp, (parts: readonly string[], say: Say) => string])[] = [
  [/^(i-[0-9a-f]+): (.+)$/, ([id, rest], say) => `${id}: ${say(rest ?? "")}`],
  [/^(i-\w+) ([a-z]+)( \([^)]*\))?$/, ([id, state, reason], say) => `${id} ${say(state ?? "")}${reason ?? ""}`],
  [
    /^((?:instances|load|target|own|role|trial) [a-z ]+): (.+)$/,
    ([what, why], say) => `${say(what ?? "")}: ${say(why ?? "")}`,
  ],
  [/^release ([0-9a-f]{12})$/, ([release]) => `リリース ${release}`],
  [/^Error: (.+)$/, ([message], say) => say(message ?? "")],
  [/^(refused|timeout|reset|name-not-found): (.+)$/, ([kind, why], say) => `${say(kind ?? "")}: ${say(why ?? "")}`],
  [/^no answer within (\d+) ms$/, ([ms]) => `${ms} ミリ秒以内に応答なし`],
  [/^no handshake within (\d+) ms$/, ([ms]) => `${ms} ミリ秒以内に TLS ハンドシェイクが完了しない`],
  [/^another certificate answered: (.+)$/, ([fingerprint]) => `別の証明書で応答: ${fingerprint}`],
  [/^(\S+) accepted$/, ([version]) => `${version} を受け付けた`],
  [/^answered (\d+)$/, ([status]) => `応答あり (${status})`],
  [/^curl error (\d+)$/, ([code]) => `curl エラー ${code}`],
  [/^exit (-?\d+)$/, ([code]) => `終了コード ${code}`],
  [/^([+-] )?(\w+ [\d-]+) from (\S+)$/, ([sign, what, source]) => `${sign ?? ""}${source} からの ${what}`],
  [/^none of (\S.*)$/, ([addresses]) => `${addresses} 以外`],
  [/^status (\d+)$/, ([status]) => `ステータス ${status}`],
  [/^asked from (\S+)$/, ([who]) => `${who} からのリクエスト`],
  [/^(\d+) from (\S+|Nginx itself)$/, ([status, who], say) => `${say(who ?? "")} から ${status}`],
  [/^pid (\d+)$/, ([pid]) => `プロセス ${pid}`],
  [/^pid (unknown|none|another)$/, ([which]) => (which === "another" ? "別のプロセス" : "プロセス不明")],
  [/^pid (\d+) another$/, ([pid]) => `プロセス ${pid} と別のプロセス`],
  [
    /^(healthy|unhealthy|initial|draining|unused) (\([^)]*\))$/,
    ([state, reason], say) => `${say(state ?? "")} ${reason}`,
  ],
  [/^(\S+) on (.+)$/, ([what, place], say) => `${say(place ?? "")} で ${what}`],
  [/^not encrypted( \w+)?$/, ([type]) => `暗号化なし${type ?? ""}`],
  [/^encrypted (\w+)$/, ([type]) => `暗号化済み ${type}`],
  [/^no line matches (.+)$/, ([what]) => `一致する行がない: ${what}`],
  [
    /^# copy (\S+) from one host to all others, then restart Puma$/,
    ([file]) => `# 1 台の ${file} をほかのすべてのホストにコピーし、Puma を再起動してください`,
  ],
  [/^security group (\S+)$/, ([name]) => `セキュリティグループ ${name}`],
  [/^(\d+) of (\d+) differ$/, ([some, all]) => `${all} 台中 ${some} 台が異なる`],
  [/^(\d+) of (\d+) healthy$/, ([some, all]) => `${all} 台中 ${some} 台が正常`],
  [/^(\d+) of (\d+)( \(.+\))?$/, ([some, all, more]) => `${all} 中 ${some}${more ?? ""}`],
  [/^(\d+) different$/, ([count]) => `${count} 種類`],
  [/^(\d+) by another host$/, ([status]) => `別のホストから ${status}`],
  [/^(\S.*) suspended$/, ([what]) => `${what} を停止中`],
  [/^under (\d+) hours$/, ([count]) => `${count} 時間未満`],
  [/^(\d+) hours$/, ([count]) => `${count} 時間`],
  [/^(\d+) days, versions otherwise$/, ([count]) => `${count} 日 (バージョンの期限が異なる)`],
  [/^(\d+) days$/, ([count]) => `${count} 日`],
  [/^no line after (\d+) s$/, ([seconds]) => `${seconds} 秒待っても該当行なし`],
  [/^(\d+) bytes$/, ([count]) => `${count} バイト`],
  [/^(\d+) new objects$/, ([count]) => `新しいオブジェクト ${count} 個`],
  [/^subnets with a way to the internet: (.+)$/, ([ids]) => `インターネットへのルートがあるサブネット: ${ids}`],
  [/^(\d+) rows?$/, ([count]) => `${count} 行`],
  [/^picture: (.+)$/, ([status]) => `画像: ${status}`],
  [/^after deletion: (.+)$/, ([status]) => `削除後: ${status}`],
];

function japanese(text: string): string {
  const known = words[text];
  if (known !== undefined) return known;
  for (const [pattern, say] of phrases) {
    const found = pattern.exec(text);
    if (found) return say(found.slice(1), japanese);
  }
  if (text.includes(", ")) return text.split(", ").map(japanese).join("、");
  if (text.includes(" or ")) return text.split(" or ").map(japanese).join(" または ");
  return text;
}

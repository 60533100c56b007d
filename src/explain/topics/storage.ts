import type { Topic } from "../topics.ts";

/** S3. */
export const storage: readonly Topic[] = [
  {
    name: "s3-keys",
    aliases: ["folder", "folders", "key", "keys"],
    title: { en: "Key and value, and why S3 has no folders", ja: "キーと値、S3 にフォルダがない理由" },
    text: [
      {
        en: "A bucket is one large table of keys and values. A value is an object: bytes with a type and a few headers. Its key is any text of at most 1,024 bytes. There are no folders: logs/2026/11/24/i-0abc/access.log is one key, in which the slash means as little as any other letter.",
        ja: "バケットは、キーと値の大きな表です。値はオブジェクト (データ本体と、種類などの情報) で、キーは最大 1,024 バイトの文字列です。フォルダはありません。logs/2026/11/24/i-0abc/access.log は全体で 1 つのキーで、/ もほかの文字と同じただの 1 文字です。",
      },
      {
        en: "The console and the CLI draw folders by asking for keys with a prefix and cutting at the next slash (Prefix, Delimiter). A folder made in the console is an empty object whose key ends with a slash. So nothing has to be created before a file is put somewhere, a folder cannot be renamed (every object under it is copied), and it is gone with its last object.",
        ja: "コンソールや CLI は、先頭が一致するキーを問い合わせ、次の / で区切ることで、フォルダのように見せています (Prefix と Delimiter)。コンソールで作成した「フォルダ」の実体は、/ で終わるキーを持つ空のオブジェクトです。そのため、保存先を先に作る必要はなく、フォルダの名前は変更できず (中のオブジェクトをすべてコピーすることになります)、最後のオブジェクトを削除するとフォルダも消えます。",
      },
      {
        en: "Active Storage uses a random key for each picture. Names of files stay in the database: two visitors may both upload photo.jpg, and nobody guesses the key of somebody else's picture.",
        ja: "Active Storage は、画像ごとにランダムなキーを使います。元のファイル名はデータベースに保存します。2 人が同じ photo.jpg をアップロードしても衝突せず、他人の画像のキーを推測することもできません。",
      },
    ],
    settings: [["s3", "Bucket", "S3_BUCKET", "ACTIVE_STORAGE_SERVICE"]],
  },
  {
    name: "bucket-security",
    aliases: ["bucket", "encryption", "versioning", "public-access-block"],
    title: {
      en: "A private, encrypted, versioned bucket",
      ja: "バケットの非公開・暗号化・バージョニング",
    },
    text: [
      {
        en: "Most data that leaked from S3 was in buckets that somebody had opened by mistake. Four settings stand against what goes wrong: public access is blocked whatever a policy says, encryption protects what is on the disks, versions bring back what was overwritten or deleted, and a policy refuses every connection without TLS.",
        ja: "S3 からの情報流出の多くは、誤って公開されたバケットから起きています。このバケットでは 4 つの設定で備えます。ポリシーの内容に関係なく公開を防ぐブロックパブリックアクセス、保存されたデータを守る暗号化、上書きや削除から元に戻せるバージョニング、TLS を使わない接続を拒否するバケットポリシーです。",
      },
    ],
    settings: [
      [
        "s3",
        "BlockPublicAcls",
        "IgnorePublicAcls",
        "BlockPublicPolicy",
        "RestrictPublicBuckets",
        "Rules.*",
        "Status",
        "Statement.Condition.*",
      ],
      ["static-site", "BlockPublicPolicy", "RestrictPublicBuckets", "Statement.Principal"],
    ],
  },
  {
    name: "access-logs",
    aliases: ["access-log", "logging", "--access-logs"],
    title: { en: "Access logs of the load balancer and of S3", ja: "ALB と S3 のアクセスログ" },
    text: [
      {
        en: "Nginx logs what reaches it. What the load balancer answered itself (no healthy target, a bad request, a redirect) it never sees; only the load balancer's own log has that, and S3's alone says who asked for an object past the application. Both are off by themselves; `up --access-logs` switches them on.",
        ja: "Nginx のログに残るのは、Nginx に届いたリクエストだけです。ALB 自身が応答したもの (正常なターゲットがない、不正なリクエスト、リダイレクト) は ALB のアクセスログにしか残りません。アプリケーションを通さずにオブジェクトへアクセスした記録は S3 のログだけにあります。どちらも既定では無効で、`up --access-logs` で有効になります。",
      },
      {
        en: "They go to a bucket of their own. The hosts may write and delete in the stack's bucket, and whoever breaks into a host must not be able to remove the traces; a bucket that logs its requests into itself makes a new entry for each delivery, for ever. Its policy lets in two services of AWS, and each only for this load balancer and this bucket (aws:SourceArn): without that anybody's load balancer could be told to write here (the confused deputy).",
        ja: "ログは専用のバケットに保存します。ホストはスタックのバケットのオブジェクトを書き込み・削除できるため、同じ場所に置くと、侵入者が痕跡を消せてしまいます。また、自分自身にログを書くバケットでは、ログの配信がさらにログを生み、際限なく増えます。バケットポリシーで許可するのは AWS の 2 つのサービスだけで、さらにこの ALB とこのバケットの分に限定します (aws:SourceArn)。この条件がないと、他人のロードバランサーからも書き込めてしまいます (混乱した代理問題)。",
      },
      {
        en: "Load balancing delivers a compressed file every five minutes, S3 within hours, and neither promises to deliver each line: they are for looking into what happened, not for bills or alarms. Everything is deleted after 30 days, because logs that nobody deletes cost more each month.",
        ja: "ALB は 5 分ごとに圧縮ファイルを、S3 は数時間以内にログを配信します。どちらもベストエフォートで、すべての行が届く保証はありません。障害調査には役立ちますが、課金や監視の根拠にはできません。ログは溜まるほど料金がかかるので、30 日後に自動で削除します。",
      },
    ],
    settings: [["s3", "Statement.Action", "Statement.Resource"]],
  },
  {
    name: "backups",
    aliases: ["restore", "retention"],
    title: { en: "Backups, and what makes them some", ja: "バックアップと復元" },
    text: [
      {
        en: "Versions and a standby are no backup: versions go with their bucket, and a standby repeats a mistake at once. A backup lies elsewhere, is made by itself, has an age that somebody looks at, and was restored at least once. Here it lies in a bucket of its own that no host can empty, and outlives the stack.",
        ja: "バージョニングやスタンバイはバックアップの代わりになりません。バージョンはバケットとともに消え、スタンバイには誤操作がすぐに反映されます。バックアップに必要なのは、別の場所にあること、自動で作られること、新しさを確認できること、そして実際に復元して確かめてあることです。ここでは、ホストからは消せない専用のバケットに置き、スタックを削除しても残します。",
      },
      {
        en: "The rows are read in one transaction, so they are of one moment, and go out as plain lines: what was SQLite then can be MySQL now. RDS keeps backups of its own beside it, for seven days, from which it makes another database of the same kind.",
        ja: "行は 1 つのトランザクションで読むため、同じ時点のデータがそろいます。データベースの種類によらない形式なので、SQLite のバックアップを MySQL に復元することもできます。これとは別に RDS の自動バックアップが 7 日分あり、同じ種類のデータベースを作り直せます。",
      },
    ],
    settings: [
      ["backup", "NoReboot"],
      ["backup", "Rules.Expiration.Days", "Rules.NoncurrentVersionExpiration.*", "OnCalendar", "Statement.Action"],
    ],
  },
];

import { configureApp, installGems, prepareRelease } from "../../remote/install-app.ts";
import { createAppUser, installRuby } from "../../remote/install-ruby.ts";
import { prepareHost } from "../../remote/prepare-host.ts";
import { pumaUnit } from "../../remote/puma-unit.ts";
import { environmentFiles, pumaUnitFile } from "../../remote/paths.ts";
import type { RemoteScript } from "../../ports/shell.ts";
import type { Facts } from "../facts.ts";
import { reasonIn, reasonsFor, type Reason, type Why } from "../reason.ts";
import { environmentSources, rubySource, unitSource } from "../sources.ts";
import { unitWhys } from "./puma-unit.ts";

/** Ruby, the application, its settings, and Puma as a service. */
export function pumaReasons(facts: Facts): Reason[] {
  return [
    ...hostReasons(),
    ...userReasons(),
    ...environmentReasons(facts),
    ...releaseReasons(facts),
    ...pumaFileReasons(facts),
    ...reasonsFor(unitSource(pumaUnitFile, pumaUnit), unitWhys),
  ];
}

const scriptText = ({ name, text }: RemoteScript) => ({ where: `script ${name}`, text });

function hostReasons(): Reason[] {
  const prepare = scriptText(prepareHost());
  const ruby = scriptText(installRuby());
  return [
    reasonIn(prepare, "swap", /of=\/swapfile (bs=\S+ count=\d+)/, {
      en: "Swap, where there is less than 2 GB of memory: gems that compile and assets that are put together need more for a moment, and Linux would kill them.",
      ja: "メモリが 2 GB 未満のときは 1 GB のスワップを作成します。gem のコンパイルやアセットのプリコンパイルで一時的にメモリが不足すると、Linux がプロセスを強制終了するためです。",
    }),
    reasonIn(prepare, "SystemMaxUse", /SystemMaxUse=(\S+)/, {
      en: "The journal holds Rails' and Puma's log as well, and must not fill a small disk.",
      ja: "ジャーナルには Rails と Puma のログも入ります。小さなディスクを埋めないように上限を設けます。",
    }),
    reasonIn(ruby, "packages", /(ruby ruby-dev ruby-bundler)/, {
      lesson: true,
      en: "Ruby from Debian's packages instead of rbenv: installed in a minute, the same for every user and for systemd, and security updates come with the system's. A version manager lives in somebody's login shell, which a service does not have.",
      ja: "Ruby は rbenv ではなく Debian のパッケージを使います。1 分ほどで入り、どのユーザーからも systemd からも同じものが使われ、セキュリティ更新も OS と一緒に届きます。rbenv などはログインシェルの設定に依存するため、サービスとして動かすとつまずきやすくなります。",
    }),
    reasonIn(ruby, "packages", /(build-essential pkg-config libyaml-dev)/, {
      en: "A compiler and the headers of libyaml, because some gems have parts in C that are built on the host.",
      ja: "C 言語の拡張を含む gem はインストール時にコンパイルされるため、コンパイラと libyaml のヘッダーが必要です。",
    }),
    reasonIn(ruby, "packages", /(libvips42t64)/, {
      en: "Makes the reduced pictures of Active Storage. Without it pages with pictures fail, though everything else works.",
      ja: "Active Storage が縮小画像を作るためのライブラリです。これがないと、ほかは動いているのに画像のあるページだけがエラーになります。",
    }),
  ];
}

function userReasons(): Reason[] {
  const user = scriptText(createAppUser());
  return [
    reasonIn(user, "user", /useradd (--system .*? app)$/m, {
      lesson: true,
      en: "Puma runs as a user of its own that nobody can log in as. A flaw in the application then gets what this user may do, and not root's rights.",
      ja: "Puma は、ログインできない専用のユーザーで動かします。アプリケーションに欠陥があっても、できることはこのユーザーの権限に限られ、root 権限は奪われません。",
    }),
    reasonIn(user, "code directories", /install -d (-o root -g root -m \d+)/, {
      en: "Root owns the code, so that the application cannot change itself.",
      ja: "コードの所有者は root です。アプリケーションが自分自身のコードを書き換えることはできません。",
    }),
    reasonIn(user, "data directories", /install -d (-o app -g app -m \d+)/, {
      en: "Database, pictures and gems belong to the application's user and are closed to everybody else.",
      ja: "データベース、画像、gem はアプリケーションのユーザーだけが読み書きできます。",
    }),
    reasonIn(user, "/etc/lecture05/env.d", /install -d -m (\d+) \/etc\/lecture05\/env\.d/, {
      en: "Settings and the secret are readable by root only; systemd reads them and hands them to Puma. Nginx will be in the application's group, so the group may not read them.",
      ja: "設定と秘密鍵は root だけが読めます。systemd が読み取って Puma に渡します。あとで Nginx がアプリケーションのグループに加わるため、グループにも読ませません。",
    }),
  ];
}

function environmentReasons({ release }: Facts): Reason[] {
  const script = configureApp(release);
  const [app] = environmentSources(script.text);
  if (!app) throw new Error(`${script.name} writes no settings`);
  return [
    reasonIn(
      { where: environmentFiles.secret, text: script.text },
      "SECRET_KEY_BASE",
      /SECRET_KEY_BASE=(\S+ \S+ \S+ \d+\))/,
      {
        en: "Signs cookies and forms. It is made on the host, once, and never leaves it; Rails does not start without it, and with another one all sessions end.",
        ja: "Cookie やフォームの署名に使う鍵です。ホスト上で一度だけ生成し、外には出しません。これがないと Rails は起動せず、変えると全員のセッションが無効になります。",
      },
    ),
    ...reasonsFor(app, environmentWhys),
  ];
}

const whereItIs: Why = {
  en: "Shown at the foot of every page, so that one sees which instance and zone answered.",
  ja: "どのインスタンス、どの AZ が応答したのか分かるように、ページの下部に表示します。",
};

const environmentWhys: Readonly<Record<string, Why>> = {
  RAILS_ENV: {
    en: "Production: code is loaded once and kept, errors show no insides to visitors, and the secret must be set.",
    ja: "本番環境です。コードは起動時に読み込んで保持し、エラーの詳細は閲覧者に見せず、秘密鍵の設定が必須になります。",
  },
  APP_RELEASE: {
    en: "Which release runs: a hash of its files.",
    ja: "動いているリリースを示す、ファイルのハッシュ値です。",
  },
  DATABASE_PATH: {
    en: "SQLite, outside the release, so that the next release finds it again. A database on the instance's disk is the first thing that stands in the way of a second instance.",
    ja: "SQLite のファイルです。次のリリースからも使えるように、リリースの外に置きます。データベースがインスタンスのディスクにある限り、2 台目を増やすことはできません。",
  },
  ACTIVE_STORAGE_ROOT: {
    en: "Pictures, as long as they lie on the instance's disk.",
    ja: "画像をインスタンスのディスクに保存する間の置き場所です。",
  },
  ACTIVE_STORAGE_SERVICE: {
    en: "Pictures on the disk for now; step s3 changes this one line.",
    ja: "今はディスクに保存します。ステップ s3 でこの 1 行を切り替えます。",
  },
  LOG_SHIP_STATE: {
    en: "Where the shipping of logs (step s3) remembers how far it got.",
    ja: "ログを S3 に送る処理 (ステップ s3) が、どこまで送ったかを記録する場所です。",
  },
  PUMA_BIND: {
    lesson: true,
    en: "Puma on the loopback address alone, to see it work before anything stands in front of it. Only the host itself reaches 127.0.0.1, whatever the security group says.",
    ja: "まず Puma だけで動作確認するため、ループバックアドレスで待ち受けます。127.0.0.1 に接続できるのはホスト自身だけで、セキュリティグループの設定を間違えても外からは届きません。",
  },
  RAILS_MAX_THREADS: {
    en: "Three requests at a time in one process; the pool of database connections follows it. More threads gain little, because Ruby runs one at a time.",
    ja: "1 つのプロセスで同時に 3 つのリクエストを処理します。データベース接続の数も同じです。Ruby のコードは同時に 1 つのスレッドしか実行されないため、増やしても効果は限られます。",
  },
  WEB_CONCURRENCY: {
    en: "One process, no workers beside it: each would take another 100 MB or so of a small instance.",
    ja: "ワーカーを増やさず 1 プロセスで動かします。1 つ増やすごとに 100 MB ほどのメモリが必要になるためです。",
  },
  SERVE_STATIC: {
    en: "Puma serves files, too, until Nginx stands in front of it.",
    ja: "Nginx を前に置くまでは、静的ファイルも Puma が配信します。",
  },
  HOST_NAME: whereItIs,
  INSTANCE_ID: whereItIs,
  AVAILABILITY_ZONE: whereItIs,
  AWS_REGION: {
    en: "The region for the SDK on the host, asked of the metadata service.",
    ja: "ホスト上の SDK が使うリージョンです。メタデータサービスから取得します。",
  },
};

function releaseReasons({ release }: Facts): Reason[] {
  const gems = scriptText(installGems(release));
  const prepared = scriptText(prepareRelease(release));
  return [
    reasonIn(gems, "BUNDLE_DEPLOYMENT", /BUNDLE_DEPLOYMENT: (\S+)/, {
      lesson: true,
      en: "Deployment mode: exactly the gems of Gemfile.lock, or an error. Otherwise Bundler would choose newer versions on the host, which nobody has tested.",
      ja: "Bundler の deployment モードです。Gemfile.lock のとおりの gem だけを入れ、一致しなければエラーにします。そうしないと、誰も試していない新しいバージョンがホスト上で選ばれることがあります。",
    }),
    reasonIn(gems, "BUNDLE_PATH", /BUNDLE_PATH: (\S+)/, {
      en: "Gems in a directory of the application's own, shared by its releases: the system's gems stay as Debian made them, and a new release compiles only what is new.",
      ja: "gem はアプリケーション専用のディレクトリに入れ、リリース間で共有します。OS の gem には触らず、次のリリースでは新しいものだけをコンパイルします。",
    }),
    reasonIn(gems, "BUNDLE_WITHOUT", /BUNDLE_WITHOUT: (\S+)/, {
      en: "What is for development and tests has no place on a server: less to install, less to go wrong.",
      ja: "開発・テスト用の gem はサーバーに不要です。インストールするものが減り、問題も起きにくくなります。",
    }),
    reasonIn(prepared, "rails", /rails (db:prepare assets:precompile)/, {
      lesson: true,
      en: "The tables and the assets are made before Puma starts. Without tables every page is an error while /up says 200; in production Rails does not build style sheets on demand, so pages fail or come without style.",
      ja: "Puma の起動前に、テーブルの作成とアセットのプリコンパイルを行います。テーブルがないと /up は 200 でもページはすべてエラーになります。また本番環境の Rails は CSS をその場で生成しないため、ページがエラーになるか、デザインなしで表示されます。",
    }),
    reasonIn(prepared, "gzip", /-exec gzip (.*?) \{\}/, {
      en: "A compressed copy beside each style sheet and script: Nginx sends it as it is, instead of compressing the same file for every visitor.",
      ja: "CSS や JavaScript の横に圧縮済みのコピーを置きます。Nginx は毎回圧縮せずに、このファイルをそのまま返します。",
    }),
    reasonIn(prepared, "owner", /chown -R -h (root:app) \./, {
      en: "From here on the code is read-only for the application. Its group may read it, because Nginx serves public/ as a member of this group.",
      ja: "ここから先、アプリケーションはコードを変更できません。グループには読み取りを許可します。Nginx がこのグループの一員として public/ を配信するためです。",
    }),
    reasonIn(prepared, "switch", /(mv -T \S+ \S+)/, {
      en: "The switch to a new release is one rename of a link: there is no moment without a current release, and none with half of one.",
      ja: "新しいリリースへの切り替えは、リンクの名前を 1 回変えるだけです。リリースが存在しない瞬間や、半分だけ切り替わった状態がありません。",
    }),
  ];
}

function pumaFileReasons({ appFile }: Facts): Reason[] {
  const text = appFile("config/puma.rb");
  if (text === undefined) return [];
  const { where, settings } = rubySource("config/puma.rb", text);
  return settings.flatMap((setting) => {
    const why = pumaFileWhys[setting.name];
    return why ? [{ ...setting, where, why }] : [];
  });
}

/** The application may be somebody's own, so what it sets beyond this is left out. */
const pumaFileWhys: Readonly<Record<string, Why>> = {
  bind: {
    en: "What Puma listens on comes from the environment, so that TCP and socket differ in one line on the host and the code stays the same. Puma binds this and nothing else.",
    ja: "待ち受け先は環境変数で決まります。TCP とソケットの違いはホスト上の設定 1 行だけで、コードは変わりません。Puma はここで指定したものだけを待ち受けます。",
  },
  threads_count: {
    en: "From RAILS_MAX_THREADS, as Rails itself does.",
    ja: "Rails の標準と同じく RAILS_MAX_THREADS から決めます。",
  },
  threads: {
    en: "As many at least as at most, so that none has to be started when the first visitors come.",
    ja: "最小と最大を同じ数にします。最初のアクセスのときにスレッドを作る必要がなくなります。",
  },
  worker_count: {
    en: "From WEB_CONCURRENCY.",
    ja: "WEB_CONCURRENCY から決めます。",
  },
  workers: {
    en: "No workers means one process that serves requests itself, which is said in any case, because Puma would read the variable by itself and put a parent process beside one worker.",
    ja: "ワーカーが 0 なら、1 つのプロセスがそのままリクエストを処理します。明示しないと Puma が環境変数を読み、1 つのワーカーのために親プロセスまで起動してしまいます。",
  },
  "preload_app!": {
    en: "With workers, the application is loaded once and shared by them.",
    ja: "ワーカーを使う場合は、アプリケーションを先に読み込んで共有します。",
  },
  persistent_timeout: {
    en: "Longer than the 60 s for which a load balancer keeps idle connections, in case one ever stands right in front of Puma.",
    ja: "ロードバランサーがアイドル接続を維持する 60 秒より長くします。Puma の直前にロードバランサーを置く場合にも問題が起きないようにするためです。",
  },
  force_shutdown_after: {
    en: "A stop that a stuck thread holds up ends after so many seconds.",
    ja: "固まったスレッドがあっても、この秒数で停止を完了します。",
  },
};

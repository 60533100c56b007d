import type { Why } from "../reason.ts";

const network: Why = {
  en: "Started after the network is up.",
  ja: "ネットワークが使えるようになってから起動します。",
};
const crashLoop: Why = {
  en: "A crash loop ends as failed instead of going on for ever. Starts by hand count, too, so the limit is not too small.",
  ja: "異常終了を繰り返すときは、再起動を続けずに「失敗」で止めます。手動での起動も数えられるため、上限は少なすぎない値にしています。",
};
const ownUser: Why = {
  lesson: true,
  en: "Puma runs as its own user, never as root: it needs no port below 1024, and what breaks into it gets no more than this user's rights.",
  ja: "Puma は root ではなく専用のユーザーとグループで動かします。1024 番未満のポートは使わないので root である必要がなく、侵入されてもこのユーザーの権限しか得られません。",
};
const kernel: Why = {
  en: "An application has no business with the kernel: it cannot change its settings, load modules, read its log or change control groups, the clock or the host's name.",
  ja: "アプリケーションにカーネルの操作は不要です。カーネルの設定変更、モジュールの読み込み、カーネルログの閲覧、cgroup・時刻・ホスト名の変更をすべて禁止します。",
};
const narrow: Why = {
  en: "Ways out of a cage that break-ins use and a web application never needs: namespaces of its own, real-time priority, setuid files, other execution domains, foreign system calls.",
  ja: "侵入後に悪用されやすく、Web アプリケーションには不要な機能を禁止します (名前空間の作成、リアルタイム優先度、setuid ファイルの作成、実行ドメインの変更、別アーキテクチャのシステムコール)。",
};

/** Puma's unit, line by line. */
export const unitWhys: Readonly<Record<string, Why>> = {
  Description: {
    en: "What `systemctl status` calls it.",
    ja: "systemctl status などに表示される名前です。",
  },
  After: network,
  Wants: network,
  StartLimitIntervalSec: crashLoop,
  StartLimitBurst: crashLoop,
  Type: {
    lesson: true,
    en: "Puma tells systemd when it is ready, so that started means that it answers. With Type=simple a service counts as started before it has read its first line of Ruby.",
    ja: "Puma の準備ができたことを systemd に通知させます。これで「起動済み」は「応答できる」ことを意味します。Type=simple では、Ruby のコードを 1 行も読まないうちに起動済みとみなされます。",
  },
  User: ownUser,
  Group: ownUser,
  WorkingDirectory: {
    en: "The current release. It is a link, so a new release changes it without a change to the unit.",
    ja: "現在のリリースです。リンクなので、リリースが変わってもユニットを書き換える必要はありません。",
  },
  EnvironmentFile: {
    en: "One file for each step that has a say, read in the order of their names; the last word wins. Repeating an early step does not undo a later one.",
    ja: "設定はステップごとのファイルに分け、名前の順に読み込みます (後のものが優先)。前のステップをやり直しても、後のステップの設定は消えません。",
  },
  Environment: {
    en: "A service has no login shell: a home for what libraries write there, and UTF-8 as its encoding.",
    ja: "サービスにはログインシェルがありません。ライブラリが使うホームディレクトリと、文字コード (UTF-8) を指定します。",
  },
  ExecStart: {
    en: "By its full path and through Bundler: the Ruby and the gems that were installed for it, whatever PATH says. `puma -C` and not `rails server`, whose options would override what the file binds.",
    ja: "フルパスで Bundler を通して起動し、PATH に左右されず決まった Ruby と gem を使います。rails server ではなく puma -C を使うのは、rails server のオプションが設定ファイルの bind を上書きしてしまうためです。",
  },
  Restart: {
    en: "Started again when it crashes, not when somebody stops it.",
    ja: "異常終了したときだけ再起動します。手動で停止したときは再起動しません。",
  },
  RestartSec: {
    en: "A second's breath before the next attempt.",
    ja: "再起動の前に 1 秒待ちます。",
  },
  TimeoutStartSec: {
    en: "Rails starts in seconds; a start that takes longer than this has failed.",
    ja: "Rails の起動は数秒です。この時間を過ぎたら起動失敗とみなします。",
  },
  TimeoutStopSec: {
    en: "Ruby 3.3 now and then does not return from closing its socket, so waiting is bounded. Requests are short, because Nginx holds the slow visitors.",
    ja: "Ruby 3.3 では、ソケットを閉じる処理から戻らないことがまれにあるため、待ち時間に上限を設けます。遅い閲覧者の相手は Nginx がするので、処理中のリクエストは短時間で終わります。",
  },
  UMask: {
    en: "Files that Puma writes are for its own user.",
    ja: "Puma が作るファイルは、専用ユーザーだけが読み書きできます。",
  },
  RuntimeDirectory: {
    en: "systemd makes /run/lecture05 for the socket, with the right owner, at every start. /run is empty after a reboot.",
    ja: "ソケットを置く /run/lecture05 を、systemd が起動のたびに正しい所有者で作成します。/run は再起動すると空になるためです。",
  },
  RuntimeDirectoryMode: {
    lesson: true,
    en: "This mode is what protects the socket: its user and its group may pass, nobody else. Puma makes the socket itself 0777, whatever the umask is.",
    ja: "ソケットを守っているのは、このディレクトリの権限です。通れるのは所有者とグループだけです。ソケットファイル自体は、umask に関係なく Puma が 0777 で作成します。",
  },
  RuntimeDirectoryPreserve: {
    en: "Stays over a restart, so that Nginx does not meet a missing directory.",
    ja: "Puma の再起動中もディレクトリを残します。",
  },
  NoNewPrivileges: {
    en: "No program that is started from here gets more rights, sudo and setuid included.",
    ja: "ここから起動したプログラムは、sudo や setuid を使っても権限を増やせません。",
  },
  CapabilityBoundingSet: {
    en: "None of root's single powers, such as opening low ports or reading everybody's files.",
    ja: "root の個別の権限 (ケーパビリティ) を 1 つも持たせません。",
  },
  ProtectSystem: {
    lesson: true,
    en: "The whole file system is read-only for Puma, but for the directories named next. Who breaks in cannot leave anything behind in the system or the code.",
    ja: "Puma から見たファイルシステムは、次に挙げるディレクトリを除いてすべて読み取り専用です。侵入されても、OS やコードを書き換えられません。",
  },
  ReadWritePaths: {
    en: "All that the application writes: database, pictures, temporary files, logs, its home.",
    ja: "アプリケーションが書き込む場所は、データベース、画像、一時ファイル、ログ、ホームだけです。",
  },
  ProtectHome: {
    en: "People's home directories do not exist for it.",
    ja: "ほかのユーザーのホームディレクトリは見えません。",
  },
  PrivateTmp: {
    en: "A /tmp of its own: nobody else reads its temporary files, and it reads nobody else's.",
    ja: "/tmp は専用のものを使い、ほかのプロセスの一時ファイルとは分離します。",
  },
  PrivateDevices: {
    en: "No disks, no memory devices: only /dev/null and its kind.",
    ja: "ディスクなどのデバイスは見えず、/dev/null のような基本的なものだけが使えます。",
  },
  ProtectKernelTunables: kernel,
  ProtectKernelModules: kernel,
  ProtectKernelLogs: kernel,
  ProtectControlGroups: kernel,
  ProtectClock: kernel,
  ProtectHostname: kernel,
  RestrictAddressFamilies: {
    en: "Unix sockets for Nginx, IP for S3 and gems' own needs, netlink to list addresses. No raw packets.",
    ja: "使えるのは、Nginx とつなぐ Unix ソケット、S3 などとの IP 通信、アドレスの確認に使う netlink だけです。生のパケットは扱えません。",
  },
  RestrictNamespaces: narrow,
  RestrictRealtime: narrow,
  RestrictSUIDSGID: narrow,
  LockPersonality: narrow,
  SystemCallArchitectures: narrow,
  WantedBy: {
    en: "Starts with the system, so the site comes back by itself after a reboot.",
    ja: "OS の起動時に自動で起動します。再起動してもサイトは自動で復旧します。",
  },
};

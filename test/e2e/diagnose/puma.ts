import {
  awaitCrash,
  current,
  restartAnyhow,
  restartPuma,
  setVariable,
  socket,
  unitFile,
  type Provocation,
} from "./provocation.ts";

const execStart = (command: string): string => `sed -i 's|^ExecStart=.*|ExecStart=${command}|' ${unitFile}`;

/** The logs' timer may have fired while no Ruby program could start; what failed is to be done again. */
const shipLogs = "systemctl start lecture05-ship-logs.service";

export const pumaProvocations: readonly Provocation[] = [
  { layer: "puma", code: "PUMA_STOPPED", what: "Puma is stopped", row: 4, breakIt: "systemctl stop puma" },
  {
    layer: "puma",
    code: "PUMA_UNIT_MISSING",
    what: "the unit is gone",
    breakIt: `systemctl stop puma; rm ${unitFile}; systemctl daemon-reload`,
  },
  {
    layer: "puma",
    code: "PUMA_STARTED_BY_RAILS_SERVER",
    what: "the unit starts rails server",
    row: 6,
    breakIt: `${execStart("/usr/bin/bundle exec rails server -b 127.0.0.1 -p 3000")} && ${restartPuma}`,
  },
  {
    layer: "puma",
    code: "PUMA_EXEC_MISSING",
    what: "the unit starts a shim of rbenv",
    row: 28,
    breakIt: `${execStart("/root/.rbenv/shims/bundle exec puma -C config/puma.rb")} && ${restartAnyhow}; ${awaitCrash}`,
  },
  {
    layer: "puma",
    code: "PUMA_RUBY_MISMATCH",
    what: "the Gemfile asks for another Ruby",
    row: 28,
    breakIt: `cp -p ${current}/Gemfile /root/Gemfile.kept && echo 'ruby "3.4.1"' >> ${current}/Gemfile && ${restartAnyhow}; ${awaitCrash}`,
    restore: `cp -p /root/Gemfile.kept ${current}/Gemfile && ${restartPuma}; ${shipLogs}`,
  },
  {
    layer: "puma",
    code: "PUMA_BUNDLER_MISMATCH",
    what: "the unit asks for a Bundler that is not there",
    row: 28,
    breakIt: `${execStart("/usr/bin/bundle _9.9.9_ exec puma -C config/puma.rb")} && ${restartAnyhow}; ${awaitCrash}`,
    restore: `${execStart("/usr/bin/bundle exec puma -C config/puma.rb")} && ${restartPuma}`,
  },
  {
    layer: "puma",
    code: "PUMA_GEMS_MISSING",
    what: "the gems are gone",
    row: 28,
    breakIt: `mv /var/lib/lecture05/bundle/ruby /root/gems-kept && ${restartAnyhow}; ${awaitCrash}`,
    restore: `rm -rf /var/lib/lecture05/bundle/ruby && mv /root/gems-kept /var/lib/lecture05/bundle/ruby && ${restartPuma}; ${shipLogs}`,
    automaticToo: true,
  },
  {
    layer: "puma",
    code: "APP_RELEASE_MISSING",
    what: "the release is gone",
    breakIt: `mv "$(readlink ${current})" /root/release-kept && ${restartAnyhow}; ${awaitCrash}`,
    restore: `mv /root/release-kept "$(readlink ${current})" && ${restartPuma}; ${shipLogs}`,
    automaticToo: true,
  },
  {
    layer: "puma",
    code: "PUMA_ADDRESS_IN_USE",
    what: "another program listens on Puma's socket",
    row: 17,
    breakIt: `systemctl stop puma; install -d -o app -g app -m 750 /run/lecture05
      systemd-run -q --unit=rogue --uid=app -p UMask=0 ruby -rsocket -e 's = UNIXServer.new("${socket}"); loop { s.accept.close }'
      for _ in $(seq 50); do [ ! -S ${socket} ] || break; sleep 0.1; done
      systemctl restart --no-block puma; ${awaitCrash}`,
    restore: `systemctl stop rogue puma; rm -f ${socket}; ${restartPuma}`,
  },
  {
    layer: "puma",
    code: "PUMA_NEVER_READY",
    what: "Puma never says that it is ready",
    row: 8,
    breakIt: `${execStart("/usr/bin/env -u NOTIFY_SOCKET /usr/bin/bundle exec puma -C config/puma.rb")} &&
      sed -i 's/^TimeoutStartSec=.*/TimeoutStartSec=4/' ${unitFile} && ${restartAnyhow}; ${awaitCrash}`,
  },
  {
    layer: "puma",
    code: "PUMA_CRASH_LOOP",
    what: "an initializer raises",
    row: 7,
    breakIt: `echo 'raise "out of order"' > ${current}/config/initializers/zz_broken.rb && chmod 644 ${current}/config/initializers/zz_broken.rb && ${restartAnyhow}; ${awaitCrash}`,
    restore: `rm ${current}/config/initializers/zz_broken.rb && ${restartPuma}`,
  },
  {
    layer: "puma",
    code: "PUMA_HANGS",
    what: "Puma was stopped by a signal",
    breakIt: "systemctl kill -s STOP puma",
  },
  {
    layer: "puma",
    code: "PUMA_OLD_SETTINGS",
    what: "settings were put right without a restart",
    breakIt: `cp -p /etc/lecture05/env.d/40-load-balancer.env /root/kept.env && ${setVariable("40-load-balancer.env", "APP_HOSTS", "example.com")} && ${restartPuma} && cp -p /root/kept.env /etc/lecture05/env.d/40-load-balancer.env`,
  },
  {
    layer: "puma",
    code: "PUMA_CRASHED",
    what: "Puma was killed and runs again",
    row: 7,
    breakIt: `kill -9 "$(systemctl show -p MainPID --value puma)"; ${awaitCrash}; curl -s -o /dev/null --retry 60 --retry-all-errors --retry-delay 1 --unix-socket ${socket} http://127.0.0.1/up`,
  },
  { layer: "puma", code: "PUMA_NOT_ENABLED", what: "Puma is not enabled", breakIt: "systemctl -q disable puma" },
];

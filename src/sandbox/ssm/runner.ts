/** Shell programs that the sandbox runs in a host in the agent's place. They need what Debian always has. */

/** The agent's unit is not active: nothing was done. */
export const agentInactive = 97;
/** The script did not arrive as a whole, because the daemon ended while it was sent: nothing was run. */
export const notDelivered = 98;
/** Nothing of this command is on the host. */
export const neverArrived = 95;

/** Where the agent keeps what belongs to a command. */
export function directoryOf(instanceId: string, commandId: string): string {
  return `/var/lib/amazon/ssm/${instanceId}/document/orchestration/${commandId}/awsrunShellScript/0.awsrunShellScript`;
}

/** Every process of a command has its id in its environment, also one that left the process group. */
const mark = "LECTURE05_SSM_COMMAND";

const killFunction = `
kill_marked() {
  for environment in /proc/[0-9]*/environ; do
    pid=\${environment#/proc/}; pid=\${pid%/environ}
    if grep -qz "^${mark}=$2\\$" "$environment" 2>/dev/null; then kill "-$1" "$pid" 2>/dev/null && found=1; fi
  done
}`;

/** First line: how it ended. Then standard output; four bytes for each character that SSM shows, and one more. */
const reportFunction = `
report() {
  cat "$1/result" && head -c 96004 "$1/stdout" && head -c 32004 "$1/stderr" >&2
}`;

/**
 * Takes the script from standard input and runs it. The result stands in a file, written in one step, so that a daemon
 * that was killed meanwhile finds it. \`timeout\` ends with 124 (or 137) only when it had to end the script, because the
 * shell in between always ends with 0.
 */
const runProgram = `
directory=$1 size=$2 limit=$3 working=$4 command=$5
systemctl is-active --quiet amazon-ssm-agent.service </dev/null || exit ${agentInactive}
unset HOME
umask 077
mkdir -p "$directory" || exit ${notDelivered}
cat >"$directory/_script.sh"
[ "$(wc -c <"$directory/_script.sh")" -eq "$size" ] || exit ${notDelivered}
chmod 700 "$directory/_script.sh"
echo $$ >"$directory/pid"
export ${mark}="$command" AWS_SSM_INSTANCE_ID="$6" AWS_SSM_REGION_NAME="$7"
umask 022
timeout --kill-after=5 "$limit" sh -c '
  if cd "$2"; then "$1/_script.sh"; fi
  code=$?
  (umask 077; echo "exit $code" >"$1/result.part")
  mv "$1/result.part" "$1/result"
' sh "$directory" "$working" >"$directory/stdout" 2>"$directory/stderr" </dev/null
case $? in
  124 | 137) ended=timed-out ;;
  *) ended= ;;
esac
if [ -e "$directory/cancel" ]; then ended=cancelled; fi
if [ -n "$ended" ]; then
  kill_marked KILL "$command"
elif [ ! -e "$directory/result" ]; then
  ended=killed
fi
if [ -n "$ended" ]; then
  echo "$ended" >"$directory/result.part"
  mv "$directory/result.part" "$directory/result"
fi
report "$directory"`;

/** Waits for a command that was started before the daemon's restart. A process id alone may be somebody else's by now. */
const resumeProgram = `
directory=$1
[ -e "$directory/result" ] || [ -e "$directory/pid" ] || exit ${neverArrived}
pid=$(cat "$directory/pid" 2>/dev/null)
if [ ! -e "$directory/result" ] && grep -q "$2" "/proc/$pid/cmdline" 2>/dev/null; then
  tail --pid="$pid" -s 0.2 -f /dev/null
fi
[ -e "$directory/result" ] || echo killed >"$directory/result"
report "$directory"`;

const cancelProgram = `
mkdir -p "$1" && : >"$1/cancel"
for signal in TERM KILL; do
  found=
  kill_marked "$signal" "$2"
  [ -n "$found" ] || exit 0
  sleep 1
done`;

export interface RunOptions {
  readonly instanceId: string;
  readonly commandId: string;
  readonly region: string;
  readonly sizeBytes: number;
  readonly timeoutSeconds: number;
  readonly workingDirectory: string;
}

/** To be started with the script on standard input. */
export function runArgv(options: RunOptions): string[] {
  return [
    ...program(`${killFunction}${reportFunction}${runProgram}`),
    directoryOf(options.instanceId, options.commandId),
    String(options.sizeBytes),
    String(options.timeoutSeconds),
    options.workingDirectory,
    options.commandId,
    options.instanceId,
    options.region,
  ];
}

export function resumeArgv(instanceId: string, commandId: string): string[] {
  return [...program(`${reportFunction}${resumeProgram}`), directoryOf(instanceId, commandId), commandId];
}

export function cancelArgv(instanceId: string, commandId: string): string[] {
  return [...program(`${killFunction}${cancelProgram}`), directoryOf(instanceId, commandId), commandId];
}

function program(text: string): string[] {
  return ["sh", "-c", text, "sh"];
}

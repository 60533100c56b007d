/**
 * Shell function: the host reads a secret from Parameter Store by itself, with its role's keys. They come from the
 * metadata service and go into curl by standard input, so that none of them stands in a process's arguments. Secrets that
 * are kept this way are of letters and digits only.
 */
export const readParameterFunction = `
# read_parameter NAME REGION: the value of a SecureString; ends with 1 and the reason on standard error without one.
read_parameter() {
  parameter_metadata=http://169.254.169.254/latest
  parameter_token=$(curl -fsS --noproxy '*' --max-time 5 -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' \\
    "$parameter_metadata/api/token") || return 1
  parameter_ask() { curl -fsS --noproxy '*' --max-time 5 -K - "$parameter_metadata/meta-data/iam/security-credentials/$1" <<TOKEN
header = "X-aws-ec2-metadata-token: $parameter_token"
TOKEN
  }
  parameter_field() { printf '%s\\n' "$1" | sed -n "s/.*\\"$2\\" *: *\\"\\([^\\"]*\\)\\".*/\\1/p" | head -n 1; }
  parameter_role=$(parameter_ask "" | head -n 1) && parameter_keys=$(parameter_ask "$parameter_role") || return 1
  case $2 in cn-*) parameter_domain=amazonaws.com.cn ;; *) parameter_domain=amazonaws.com ;; esac
  parameter_attempt=1
  while :; do
    parameter_answer=$(curl -sS --noproxy 169.254.169.254 --max-time 10 -w '\\n%{http_code}' -K - \\
      --aws-sigv4 "aws:amz:$2:ssm" -H 'X-Amz-Target: AmazonSSM.GetParameter' -H 'Content-Type: application/x-amz-json-1.1' \\
      -d "{\\"Name\\":\\"$1\\",\\"WithDecryption\\":true}" \\
      "\${AWS_ENDPOINT_URL_SSM:-\${AWS_ENDPOINT_URL:-https://ssm.$2.$parameter_domain}}/" <<KEYS
user = "$(parameter_field "$parameter_keys" AccessKeyId):$(parameter_field "$parameter_keys" SecretAccessKey)"
header = "x-amz-security-token: $(parameter_field "$parameter_keys" Token)"
KEYS
    ) || parameter_answer=
    if [ "$(printf '%s\\n' "$parameter_answer" | tail -n 1)" = 200 ]; then
      parameter_field "$parameter_answer" Value
      return 0
    fi
    # A right that was given to the role just now takes seconds to be known everywhere.
    if [ "$parameter_attempt" -ge 6 ]; then
      echo "$1 cannot be read: \${parameter_answer:-no answer}" >&2
      return 1
    fi
    parameter_attempt=$((parameter_attempt + 1))
    sleep 5
  done
}`;

import * as fc from "fast-check";
import { nastyWords } from "../../remote/run-sh.ts";

/** Values that are right, by the option that takes them. What is not here takes any text. */
export const goodValues: Readonly<Record<string, readonly string[]>> = {
  "--stack": ["a", "lecture05", "my-stack-2", "x".repeat(20), "a1", "a-b-c"],
  "--target": ["sandbox", "aws"],
  // Every kind of name that AWS has given a region so far.
  "--region": ["ap-northeast-1", "us-east-2", "us-gov-west-1", "us-isob-east-1", "cn-north-1", "eusc-de-east-1"],
  "--profile": ["training", "my profile", "日本語", "a/b:c"],
  "--lang": ["ja", "en"],
  "--allow": ["203.0.113.5/32", "10.0.0.0/8", "0.0.0.0/0", "192.0.2.1/32,198.51.100.0/24", "10.1.2.3/8"],
  "--database-class": ["db.t4g.micro", "db.t3.small", "t4g.micro", "db.t4g", "db..micro", "db.t4g.micro.x"],
  "--instance-type": [
    "t3.small",
    "m7i-flex.large",
    "u-6tb1.metal",
    "hpc7g.16xlarge",
    "mac2-m2pro.metal",
    "p5e.48xlarge",
  ],
  "--backups": ["keep", "delete", "KEEP", "all"],
  "--bucket": ["abc", "my-backups.2026", "x".repeat(63), "ab", "A-bucket", "a..b", "-ab", "ab."],
  "--from": ["latest", "2026-01-31", "2026-01-31T04:05:06Z", "2026-01-31T04-05-06Z", "yesterday", "2026-13-45"],
  "--hosts": ["1", "2", "10", "50", "51", "0", "02", "1.5", "２"],
  "--realism": ["aws", "none"],
  "--seed": ["0", "7", "123456789", "007"],
  "--time-scale": ["1", "0.5", ".25", "0.000001", "1.0"],
  "--without": ["boot", "throttling,lost-answers", "clock-skew"],
  "--ttl": ["none", "5m", "90m", "4h", "2d", "365d", "525600m"],
  "--subnets": ["subnet-0123456789abcdef0", "subnet-1a2b3c4d", "subnet-1a2b3c4d,subnet-5e6f7a8b"],
  "--instance-profile": ["company-hosts", "a", "x".repeat(128), "web+app=1,2.3@4-5_6"],
  "--certificate": ["none"],
  "--timeout": ["5", "60", "3600", "172800", "0060"],
  "--to": ["ec2", "puma-socket", "s3"],
  "--step": ["ec2", "puma-socket", "s3"],
  "--dir": [
    ".lecture05",
    "elsewhere",
    "with space",
    'it\'s "quoted"',
    "日本語/深い",
    "two\nlines",
    "$(touch canary)",
    "-x",
  ],
};

const odd: readonly string[] = [
  "-",
  "--",
  "-1",
  "+5",
  "-0",
  "NaN",
  "Infinity",
  "1e9",
  "1e3",
  "0x10",
  "60.0",
  " 60",
  "٣٤",
  "999999999999999999999999",
  "null",
  "undefined",
  "true",
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "--json",
  "--help",
  "\u001b[2J\u001b[31mred",
  "\u0007\b\r",
  "a\u0000b",
  "\u202egnp.exe",
  "\ud800",
  "x\udc00y",
  "🍎".repeat(50),
  "../../../etc/passwd",
  "file:///etc/passwd",
  "%s%n%d",
  "${jndi:ldap://x}",
  "'; DROP TABLE stacks; --",
];

const long = fc.constantFrom(100, 300, 5_000, 100_000).map((length) => "x".repeat(length));

const anyText = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...odd, ...nastyWords) },
  { weight: 3, arbitrary: fc.string({ unit: "binary", maxLength: 30 }) },
  { weight: 2, arbitrary: fc.string({ unit: "grapheme-composite", maxLength: 20 }) },
  // Code units one by one: halves of surrogate pairs, too.
  {
    weight: 2,
    arbitrary: fc.array(fc.nat(0xffff), { maxLength: 10 }).map((units) => String.fromCharCode(...units)),
  },
  { weight: 2, arbitrary: fc.integer().map(String) },
  { weight: 1, arbitrary: fc.double().map(String) },
  { weight: 1, arbitrary: long },
);

/** A right value with one character put in, taken out or replaced: what a finger does. */
function slipOf(values: readonly string[]): fc.Arbitrary<string> {
  const edit = fc.record({
    value: fc.constantFrom(...values),
    at: fc.nat(40),
    cut: fc.constantFrom(0, 1),
    put: fc.oneof(fc.constant(""), fc.string({ unit: "binary-ascii", minLength: 1, maxLength: 1 })),
  });
  return edit.map(({ value, at, cut, put }) => {
    const place = at % (value.length + 1);
    return value.slice(0, place) + put + value.slice(place + cut);
  });
}

/** Something for an option: right, nearly right, or anything. */
export function valueFor(flag: string): fc.Arbitrary<string> {
  const good = goodValues[flag];
  if (!good) return anyText;
  return fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(...good) },
    { weight: 3, arbitrary: slipOf(good) },
    { weight: 2, arbitrary: anyText },
  );
}

export const hostileText = anyText;

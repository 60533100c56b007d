// Writes docs/iam-policy.json, what the person needs who runs the tool, and docs/iam-policy-extras.json, what HTTPS and the
// steps beyond the lecture need on top (printed with --extras). With --stack NAME it prints the policy for
// that stack, with --vpc ID and --subnets ID (each) the one for a stack in that network,
// with --instance-profile NAME and --role NAME the one for hosts with that profile and the role in it.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { rolldown } from "rolldown";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
const { values } = parseArgs({
  options: {
    stack: { type: "string" },
    extras: { type: "boolean" },
    vpc: { type: "string" },
    subnets: { type: "string", multiple: true },
    "instance-profile": { type: "string" },
    role: { type: "string" },
  },
});

const bundle = await rolldown({ input: "scripts/iam-policy/policy.ts", platform: "node" });
const { output } = await bundle.generate({ format: "esm", codeSplitting: false });
const { operatorPolicy, extrasPolicy } = await import(
  `data:text/javascript;base64,${Buffer.from(output[0].code).toString("base64")}`
);

const { stack = "lecture05", extras, vpc, subnets, "instance-profile": instanceProfile, role } = values;
if ((vpc === undefined) !== (subnets === undefined)) throw new Error("--vpc and --subnets go together");
if ((instanceProfile === undefined) !== (role === undefined))
  throw new Error("--instance-profile and --role go together");
const textOf = (policy) => `${JSON.stringify(policy, null, 2)}\n`;
const text = textOf(operatorPolicy(stack, vpc && { vpc, subnets }, role && { instanceProfile, role }));
if (Object.keys(values).length === 0) {
  writeFileSync("docs/iam-policy.json", text);
  writeFileSync("docs/iam-policy-extras.json", textOf(extrasPolicy(stack)));
} else process.stdout.write(extras ? textOf(extrasPolicy(stack)) : text);

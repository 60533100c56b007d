import { invalidValue } from "./errors.ts";

export interface InstanceType {
  readonly name: string;
  readonly vcpus: number;
  readonly memoryMib: number;
  readonly architecture: "x86_64" | "arm64";
  readonly burstable: boolean;
  readonly freeTier: boolean;
}

function family(
  name: string,
  architecture: InstanceType["architecture"],
  sizes: Record<string, [number, number]>,
): InstanceType[] {
  return Object.entries(sizes).map(([size, [vcpus, memoryGib]]) => ({
    name: `${name}.${size}`,
    vcpus,
    memoryMib: memoryGib * 1024,
    architecture,
    burstable: name.startsWith("t"),
    freeTier: ["t2.micro", "t3.micro"].includes(`${name}.${size}`),
  }));
}

const burstable: Record<string, [number, number]> = {
  nano: [2, 0.5],
  micro: [2, 1],
  small: [2, 2],
  medium: [2, 4],
  large: [2, 8],
};

/** Some common types. Containers are not held to their vCPUs and memory. */
export const instanceTypes: readonly InstanceType[] = [
  ...family("t2", "x86_64", { micro: [1, 1], small: [1, 2], medium: [2, 4] }),
  ...family("t3", "x86_64", burstable),
  ...family("t3a", "x86_64", { micro: [2, 1], small: [2, 2], medium: [2, 4] }),
  ...family("t4g", "arm64", burstable),
  ...family("m5", "x86_64", { large: [2, 8], xlarge: [4, 16] }),
  ...family("m7g", "arm64", { medium: [1, 4], large: [2, 8] }),
  ...family("c5", "x86_64", { large: [2, 4] }),
];

export function getInstanceType(name: string): InstanceType {
  const type = instanceTypes.find((it) => it.name === name);
  if (!type) throw invalidValue(`Invalid value '${name}' for InstanceType.`);
  return type;
}

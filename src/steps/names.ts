/** The steps of the lecture in their order. The names are stable: they are keys in the state and in tags. */
export const stepNames = ["ec2", "puma", "puma-socket", "nginx", "nginx-puma", "alb", "s3"] as const;

export type StepName = (typeof stepNames)[number];

/** Where `up` ends when nobody says otherwise. */
export const lastStep = "s3" satisfies StepName;

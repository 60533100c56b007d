export const isUsable = (state: string): boolean => ["pending", "running", "stopping", "stopped"].includes(state);

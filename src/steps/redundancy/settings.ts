import { parameterPath } from "../database/names.ts";

/** What Auto Scaling allows is far more; what one SSM command reaches at once is this. */
export const mostHosts = 50;
export const defaultHosts = 2;
/** A Rails application of this size answers within half a minute on the smallest instance; nobody is replaced before. */
export const graceSeconds = 120;
export const warmupSeconds = 30;
/** So long new hosts have to stay well before the old image is given up. */
export const bakeSeconds = 30;

/** Group and launch template; names of launch templates have at least three characters. */
export const groupNameOf = (stack: string): string => `${stack}-hosts`;
export const secretNameOf = (stack: string): string => `${parameterPath({ stack })}/secret-key-base`;

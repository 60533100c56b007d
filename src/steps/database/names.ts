import type { StepContext } from "../step.ts";

type OfStack = Pick<StepContext, "stack">;

/** What database and subnet group are called. RDS takes no two hyphens in a row, which a stack's name may hold. */
export const databaseIdFor = ({ stack }: OfStack): string => `${stack.replaceAll(/-+/g, "-")}-database`;

/** The security group's logical name. It is made first and goes last, so that its tag tells of all else. */
export const groupName = "database";

export const databaseName = "lecture05";
/** The one user, who owns the one database. RDS: at most 16 letters, digits and _. */
export const userName = "lecture05";

/** Below this lie all secrets of a stack. */
export const parameterPath = ({ stack }: OfStack): string => `/lecture05/${stack}`;
export const passwordNameFor = (of: OfStack): string => `${parameterPath(of)}/database-password`;

export const defaultDatabaseClass = "db.t4g.micro";

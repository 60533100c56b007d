/** Of the state file's shape. Raised with every change of it; each raise gets a migration and a test of it. */
export const stateVersion = 3;

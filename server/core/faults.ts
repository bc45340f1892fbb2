/** Where faults of the program itself go. The tests want to see them; users want the rest of their document checked. */
export const faults = { areThrown: false };

/** Whether an error is a fault of the program, and is to be told as one in the place where it happened. */
export const isFault = (error: unknown): boolean =>
  !faults.areThrown && (error instanceof TypeError || error instanceof ReferenceError);

/** What is said of a formula that could not be looked at because of one. */
export const INTERNAL = "this formula could not be looked at because of an internal error; please report it";

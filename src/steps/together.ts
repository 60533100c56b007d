/**
 * Like Promise.all, but a failure is thrown only when all of it has come to its end: nothing goes on in the background
 * after a step has given up.
 */
export async function together<const Work extends readonly unknown[]>(
  work: Work,
): Promise<{ -readonly [Key in keyof Work]: Awaited<Work[Key]> }> {
  await Promise.allSettled(work);
  return Promise.all(work);
}

/**
 * Runs tasks side by side under one signal. The first that fails ends the others, and its error is thrown when all of
 * them are over: nothing goes on behind the caller's back.
 */
export async function allOrAbort<Input, Result>(
  signal: AbortSignal,
  inputs: readonly Input[],
  task: (input: Input, signal: AbortSignal) => Promise<Result>,
): Promise<Result[]> {
  const own = new AbortController();
  const both = AbortSignal.any([signal, own.signal]);
  let first: { readonly error: unknown } | undefined;
  const results = await Promise.all(
    inputs.map((input) =>
      task(input, both).catch((error: unknown) => {
        first ??= { error };
        own.abort(error);
        return undefined;
      }),
    ),
  );
  if (first !== undefined) throw first.error;
  return results as Result[];
}

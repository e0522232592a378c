/** Between two long pieces of work the browser shows what there is, and hears the keyboard and the pointer; waits for `ms` at least. */
export const pause = (ms = 0): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Between two long pieces of work the browser shows what there is, and hears the keyboard and the pointer. */
export const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

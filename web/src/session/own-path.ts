/** Where the console is, whatever a proxy has put before it. */
export const basePath = new URL('.', document.baseURI).pathname;

/** An address of this console, not of another place that a link would have us go to. */
export function isOwnPath(next: unknown): next is string {
  return typeof next === 'string' && next.startsWith(basePath) && !/^\/[/\\]/.test(next);
}

/**
 * Under the launcher (`bin/plantain.mjs` on an old Node.js) a channel leads to it. When it breaks, the
 * launcher is gone, even by SIGKILL, and this process must not stay behind holding the port and the data.
 */
export function leaveWithLauncher(): void {
  if (process.channel === undefined || process.channel === null) return;
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  // A listener for `disconnect` would keep a finished command from ending.
  process.channel.unref();
}

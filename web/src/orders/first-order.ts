import { firstShellCommand } from '../../../src/cli/first-command.ts';

/**
 * What a shell draws the first picture with, into a file, as the server tells it at its first start. The key stays a
 * variable, the one that SDKs read and a downloaded secret has: pages know none.
 */
export function firstOrderCommand(): string {
  const server = new URL('..', document.baseURI).href.replace(/\/$/, '');
  return firstShellCommand(server, { variable: 'OPENAI_API_KEY' });
}

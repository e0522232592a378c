import { firstPowerShellCommand, firstShellCommand, type KeySource } from './first-command.ts';

export interface ServeBannerInput {
  readonly version: string;
  /** As listened on: `http://127.0.0.1:4747`. */
  readonly url: string;
  /** Empty: the sandbox alone. */
  readonly upstreams: readonly { readonly name: string; readonly address: string }[];
  /** What is wrong with their keys, as far as it is known. */
  readonly troubles: readonly string[];
  readonly dataDir: string;
  /** The first key, made at this start, or the file it was put into. */
  readonly firstKey: KeySource | undefined;
  readonly hasBootstrapKey: boolean;
  readonly leftOpenOrders: number;
  /** Where the console is; undefined when it is not served. With a token that opens it where there is one. */
  readonly console: { readonly claimToken: string | undefined } | undefined;
  /** Windows pastes into PowerShell, everything else into a POSIX shell. */
  readonly platform: NodeJS.Platform;
  /** How commands are called here. */
  readonly program: string;
}

/** What `plantain serve` says when it is ready: where, on what, and how to draw the first picture. */
export function serveBanner(input: ServeBannerInput): string {
  const { leftOpenOrders } = input;
  const callUrl = reachableUrl(input.url);
  const lines = [
    `Plantain ${input.version} serves OpenAI's Images API`,
    `  address   ${callUrl}/v1${callUrl === input.url ? '' : ` (listening on ${input.url})`}`,
    ...upstreamLines(input),
    ...consoleLines(input, callUrl),
    `  data      ${input.dataDir}`,
    ...(leftOpenOrders > 0 ? [`  ledger    ${leftOpenNote(leftOpenOrders, input.program)}`] : []),
    '',
    ...keyLines(input, callUrl),
    '',
  ];
  return `${lines.join('\n')}\n`;
}

function upstreamLines({ upstreams, troubles, program }: ServeBannerInput): string[] {
  if (upstreams.length === 0)
    return [
      '  upstream  sandbox: no Gemini key is set, so pictures are marked drawings. Nothing is charged;',
      '            the costs shown are what Google would take.',
      `            For real ones: GEMINI_API_KEY=<your key> ${program} serve`,
    ];
  return [
    ...upstreams.map(({ name, address }) => `  upstream  ${name}${address === '' ? '' : ` at ${address}`}`),
    ...troubles.map((trouble) => `            ✗ ${trouble}`),
  ];
}

function consoleLines({ console, program }: ServeBannerInput, callUrl: string): string[] {
  if (console === undefined) return [];
  const address = `  console   ${callUrl}/console/`;
  return console.claimToken === undefined
    ? [`${address} (\`${program} admin secret\` signs you in)`]
    : [
        `${address}#claim=${console.claimToken}`,
        `            This link signs you in once, within ten minutes; later, \`${program} admin secret\` does.`,
      ];
}

function leftOpenNote(count: number, program: string): string {
  const what = count === 1 ? '1 order was' : `${String(count)} orders were`;
  return `${what} cut off when the last server died; \`${program} usage\` counts them as unknown.`;
}

function keyLines(input: ServeBannerInput, callUrl: string): string[] {
  const { firstKey, hasBootstrapKey, program } = input;
  if (firstKey !== undefined) {
    return [
      'key' in firstKey
        ? `Your API key, shown only this once: ${firstKey.key}`
        : `Your API key is in ${firstKey.file}, for this user alone. Keep it somewhere safe, then delete the file.`,
      '',
      'Draw a picture into otter.png:',
      '',
      (input.platform === 'win32' ? firstPowerShellCommand : firstShellCommand)(callUrl, firstKey),
    ];
  }
  return hasBootstrapKey
    ? [`Callers use the key given in PLANTAIN_BOOTSTRAP_KEY. More: ${program} keys create --name <name>`]
    : [`An API key was made at the first start. Make another: ${program} keys create --name <name>`];
}

/** An address that can be called from this machine, where the server listens on every interface. */
function reachableUrl(url: string): string {
  return url.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:');
}

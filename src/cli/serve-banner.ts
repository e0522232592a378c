export interface ServeBannerInput {
  readonly version: string;
  /** As listened on: `http://127.0.0.1:4747`. */
  readonly url: string;
  /** The upstream's name and address; undefined: the sandbox. */
  readonly upstream: { readonly name: string; readonly baseUrl: string } | undefined;
  readonly dataDir: string;
  readonly firstKey: string | undefined;
  readonly hasBootstrapKey: boolean;
  readonly leftOpenOrders: number;
}

/** What `plantain serve` says when it is ready: where, on what, and how to draw the first picture. */
export function serveBanner(input: ServeBannerInput): string {
  const { upstream, leftOpenOrders } = input;
  const callUrl = reachableUrl(input.url);
  const lines = [
    `Plantain ${input.version} serves OpenAI's Images API`,
    `  address   ${callUrl}/v1${callUrl === input.url ? '' : ` (listening on ${input.url})`}`,
    upstream === undefined
      ? '  upstream  sandbox: no Gemini key is set, so pictures are marked drawings. Nothing is charged;\n            the costs shown are what Google would take.\n            For real ones: GEMINI_API_KEY=<your key> plantain serve'
      : `  upstream  ${upstream.name} at ${upstream.baseUrl}`,
    `  data      ${input.dataDir}`,
    ...(leftOpenOrders > 0 ? [`  ledger    ${leftOpenNote(leftOpenOrders)}`] : []),
    '',
    ...keyLines(input, callUrl),
    '',
  ];
  return `${lines.join('\n')}\n`;
}

function leftOpenNote(count: number): string {
  const what = count === 1 ? '1 order was' : `${String(count)} orders were`;
  return `${what} cut off when the last server died; \`plantain usage\` counts them as unknown.`;
}

function keyLines({ firstKey, hasBootstrapKey }: ServeBannerInput, callUrl: string): string[] {
  if (firstKey !== undefined) {
    return [
      `Your API key, shown only this once: ${firstKey}`,
      '',
      'Draw a picture into otter.png:',
      '',
      firstCurl(callUrl, firstKey),
    ];
  }
  return hasBootstrapKey
    ? ['Callers use the key given in PLANTAIN_BOOTSTRAP_KEY. More: plantain keys create --name <name>']
    : ['The API key was shown at the first start. Make another: plantain keys create --name <name>'];
}

/** A command line that draws a picture when pasted into any shell with curl, grep, cut and base64. */
export function firstCurl(callUrl: string, key: string): string {
  const body = JSON.stringify({
    model: 'gemini-2.5-flash-image',
    prompt: 'A cute baby sea otter',
    aspect_ratio: '1:1',
  });
  return [
    `curl -s ${callUrl}/v1/images/generations \\`,
    `  -H "Authorization: Bearer ${key}" -H "Content-Type: application/json" \\`,
    `  -d '${body}' \\`,
    `  | grep -o '"b64_json":"[^"]*"' | cut -d'"' -f4 | base64 -d > otter.png`,
  ].join('\n');
}

/** An address that can be called from this machine, where the server listens on every interface. */
function reachableUrl(url: string): string {
  return url.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:');
}

import { checkConfiguredKeys, type UpstreamCheck } from '../app/check-upstream-keys.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import type { UpstreamKind } from '../config/upstream-entry.ts';
import { upstreamsOf, usesSandbox } from '../config/upstream-list.ts';
import type { KeyCheck } from '../journey/upstream.ts';
import type { Finding } from './doctor-report.ts';

export interface UpstreamFindings {
  readonly findings: readonly Finding[];
  /** The `date` header of an upstream, to hold the clock against. */
  readonly dateMs: number | undefined;
}

/** Asks the upstreams for their models: free of charge, and refused when the key is wrong. */
export async function checkUpstreams(loaded: LoadedConfig): Promise<UpstreamFindings> {
  if (usesSandbox(loaded.config)) {
    const fix = 'Pictures are marked drawings. Set GEMINI_API_KEY for real ones.';
    return {
      findings: [{ check: 'upstream', state: 'note', detail: 'sandbox, no Gemini key is set', fix }],
      dateMs: undefined,
    };
  }
  const checks = await checkConfiguredKeys(loaded.config);
  return {
    findings: checks.map((check) => judgeUpstreamKey(loaded, check)),
    dateMs: checks.find(({ dateMs }) => dateMs !== undefined)?.dateMs,
  };
}

/** The same of one upstream of a loaded configuration. */
export function judgeUpstreamKey(loaded: LoadedConfig, check: UpstreamCheck): Finding {
  const { upstream } = check;
  const { address = '', kind } = upstreamsOf(loaded.config).find(({ name }) => name === upstream) ?? {};
  // Of a list, the address alone does not tell which.
  const where = loaded.config.upstreams.length > 0 ? `${upstream} at ${address}` : address;
  const names = { key: keyNameOf(loaded, upstream), address: addressNameOf(loaded, upstream) };
  return judgeKey(where, names, check, kind);
}

/** What whoever is asked has in place of a key, and what cures the lack of it. */
interface Cures {
  readonly what: string;
  readonly credential: (keyName: string) => string;
  readonly place: string;
}
const geminiCures: Cures = {
  what: 'the key',
  credential: (keyName) => `Set ${keyName} to a valid key that may use the Gemini API.`,
  place: 'Run Plantain, or a proxy for it, where the Gemini API is offered.',
};
const vertexCures: Cures = {
  what: 'the credentials',
  credential: (keyName) =>
    `Look at ${keyName}: whom it names needs the role "Vertex AI User" (roles/aiplatform.user) in the project.`,
  place:
    'Enable the Vertex AI API in the project, and name a location that serves the models, such as global.',
};

/** What an answer about the key means to an operator. `names`: where key and address are set, such as GEMINI_API_KEY. */
export function judgeKey(
  where: string,
  names: { readonly key: string; readonly address: string },
  { fault, httpStatus, reason }: Pick<KeyCheck, 'fault' | 'httpStatus' | 'reason'>,
  kind: UpstreamKind = 'gemini',
): Finding {
  const cures = kind === 'vertex' ? vertexCures : geminiCures;
  const { what } = cures;
  const because = reason === '' ? '' : `: ${reason}`;
  const status = httpStatus === undefined ? '' : ` (${String(httpStatus)})`;
  const finding = (state: Finding['state'], detail: string, fix?: string): Finding => ({
    check: 'upstream',
    state,
    detail: `${where} ${detail}`,
    ...(fix !== undefined && { fix }),
  });
  if (fault === null) return finding('ok', `accepts ${what}`);
  if (httpStatus === undefined && fault === 'credential')
    return finding('failed', `cannot be asked without ${what}${because}`, cures.credential(names.key));
  if (httpStatus === undefined) {
    const fix = `Check the network, a proxy or firewall in between, and ${names.address}.`;
    return finding('failed', `cannot be reached${because}`, fix);
  }
  switch (fault) {
    case 'credential':
      return finding('failed', `refuses ${what}${status}${because}`, cures.credential(names.key));
    case 'place':
      return finding('failed', `does not serve this place${status}${because}`, cures.place);
    case 'quota':
    case 'capacity':
      return finding('note', `is limiting this key${status}${because}`, 'Wait, or raise the quota.');
    case 'credit':
      return finding(
        'failed',
        `has no credit left for this key${status}${because}`,
        'Add credit at the upstream.',
      );
    case 'caller':
    case 'upstream':
    case 'ours':
      return finding(
        'failed',
        `answers ${String(httpStatus)}${because}`,
        `Check ${names.address}, or try later.`,
      );
  }
}

/** Where an upstream's key was set: the variable or the line of the file. */
export function keyNameOf({ config, subjectOf }: LoadedConfig, upstream: string): string {
  const index = config.upstreams.findIndex(({ name }) => name === upstream);
  const field = config.upstreams[index]?.credentials === undefined ? 'apiKey' : 'credentials';
  return subjectOf(index < 0 ? ['gemini', 'apiKey'] : ['upstreams', index, field]);
}

/** The same of its address; where that follows from its kind, the entry's own name stands for it. */
function addressNameOf({ config, subjectOf }: LoadedConfig, upstream: string): string {
  const index = config.upstreams.findIndex(({ name }) => name === upstream);
  if (index < 0) return 'GOOGLE_GEMINI_BASE_URL';
  return subjectOf(['upstreams', index, config.upstreams[index]?.baseUrl === undefined ? 'name' : 'baseUrl']);
}

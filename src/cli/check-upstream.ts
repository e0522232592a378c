import { checkConfiguredKeys, type UpstreamCheck } from '../app/check-upstream-keys.ts';
import type { LoadedConfig } from '../config/load-config.ts';
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
  const settings = upstreamsOf(loaded.config).find(({ name }) => name === check.upstream);
  return judgeKey(settings?.address ?? '', keyNameOf(loaded, check.upstream), check);
}

/** What an answer about the key means to an operator. `keyName`: where the key was set, such as GEMINI_API_KEY. */
export function judgeKey(
  baseUrl: string,
  keyName: string,
  { fault, httpStatus, reason }: Pick<KeyCheck, 'fault' | 'httpStatus' | 'reason'>,
): Finding {
  const because = reason === '' ? '' : `: ${reason}`;
  const status = httpStatus === undefined ? '' : ` (${String(httpStatus)})`;
  const finding = (state: Finding['state'], detail: string, fix?: string): Finding => ({
    check: 'upstream',
    state,
    detail: `${baseUrl} ${detail}`,
    ...(fix !== undefined && { fix }),
  });
  if (fault === null) return finding('ok', 'accepts the key');
  if (httpStatus === undefined) {
    const fix = 'Check the network, a proxy or firewall in between, and GOOGLE_GEMINI_BASE_URL.';
    return finding('failed', `cannot be reached${because}`, fix);
  }
  switch (fault) {
    case 'credential':
      return finding(
        'failed',
        `refuses the key${status}${because}`,
        `Set ${keyName} to a valid key that may use the Gemini API.`,
      );
    case 'place':
      return finding(
        'failed',
        `does not serve this place${status}${because}`,
        'Run Plantain, or a proxy for it, where the Gemini API is offered.',
      );
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
        'Check GOOGLE_GEMINI_BASE_URL, or try later.',
      );
  }
}

/** Where an upstream's key was set: the variable or the line of the file. */
export function keyNameOf({ config, subjectOf }: LoadedConfig, upstream: string): string {
  const index = config.upstreams.findIndex(({ name }) => name === upstream);
  return subjectOf(index < 0 ? ['gemini', 'apiKey'] : ['upstreams', index, 'apiKey']);
}

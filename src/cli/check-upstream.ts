import { type Config, usesSandbox } from '../config/config-schema.ts';
import { proxyFor } from '../kernel/proxy-for.ts';
import { type Finding, reasonOf } from './doctor-report.ts';

export interface UpstreamFinding {
  readonly finding: Finding;
  /** The `date` header of the upstream, to hold the clock against. */
  readonly dateMs: number | undefined;
}

/** Asks the upstream for its models: free of charge, and refused when the key is wrong. */
export async function checkUpstream(config: Config, timeoutMs = 10_000): Promise<UpstreamFinding> {
  if (usesSandbox(config)) {
    const fix = 'Pictures are marked drawings. Set GEMINI_API_KEY for real ones.';
    return {
      finding: { check: 'upstream', state: 'note', detail: 'sandbox, no Gemini key is set', fix },
      dateMs: undefined,
    };
  }
  const { baseUrl, apiVersion, apiKey = '' } = config.gemini;
  const { Agent, ProxyAgent, request } = await import('undici');
  const timeouts = { connectTimeout: timeoutMs, headersTimeout: timeoutMs, bodyTimeout: timeoutMs };
  const proxy = proxyFor(new URL(baseUrl), config.proxy);
  const agent = proxy === undefined ? new Agent(timeouts) : new ProxyAgent({ uri: proxy, ...timeouts });
  try {
    const answer = await request(`${baseUrl}/${apiVersion}/models?pageSize=1`, {
      dispatcher: agent,
      headers: { 'x-goog-api-key': apiKey },
    });
    await answer.body.dump();
    const dateMs = Date.parse(String(answer.headers['date'] ?? ''));
    return {
      finding: judgeUpstream(baseUrl, answer.statusCode),
      dateMs: Number.isNaN(dateMs) ? undefined : dateMs,
    };
  } catch (error) {
    const fix = 'Check the network, a proxy or firewall in between, and GOOGLE_GEMINI_BASE_URL.';
    const detail = `${baseUrl} cannot be reached: ${reasonOf(error)}`;
    return { finding: { check: 'upstream', state: 'failed', detail, fix }, dateMs: undefined };
  } finally {
    await agent.destroy();
  }
}

export function judgeUpstream(baseUrl: string, status: number): Finding {
  if (status === 200) return { check: 'upstream', state: 'ok', detail: `${baseUrl} accepts the key` };
  if ([400, 401, 403].includes(status)) {
    return {
      check: 'upstream',
      state: 'failed',
      detail: `${baseUrl} refuses the key (${String(status)})`,
      fix: 'Set GEMINI_API_KEY to a valid key that may use the Gemini API.',
    };
  }
  if (status === 429)
    return {
      check: 'upstream',
      state: 'note',
      detail: `${baseUrl} is limiting this key (429)`,
      fix: 'Wait, or raise the quota.',
    };
  return {
    check: 'upstream',
    state: 'failed',
    detail: `${baseUrl} answers ${String(status)}`,
    fix: 'Check GOOGLE_GEMINI_BASE_URL, or try later.',
  };
}

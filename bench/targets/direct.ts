import type { ManagedProcess } from '../measure/managed-process.ts';
import { type RawRequest, jsonRequest } from '../wire/raw-request.ts';
import { modelId, prompt, type Target, type TargetContext, upstreamKey } from './target.ts';

/** What Plantain would send upstream: for the reference proxies, and for asking the upstream itself. */
export const geminiRequest: RawRequest = jsonRequest(
  `/v1beta/models/${modelId}:generateContent`,
  {
    contents: [{ role: 'user', parts: [{ text: prompt }] }],
    generationConfig: { responseModalities: ['TEXT', 'IMAGE'] },
  },
  { 'x-goog-api-key': upstreamKey },
);

/** A reference proxy before it, which passes the same request on. */
export function proxyTarget(
  facts: Pick<Target, 'id' | 'label' | 'version' | 'port'>,
  process: ManagedProcess,
): Target {
  return {
    ...facts,
    tree: process.tree,
    pictureKey: 'data',
    generate: geminiRequest,
    stop: () => process.stop(),
  };
}

/** The upstream itself, with nothing between. */
export function directTarget({ upstreamPort }: TargetContext): Target {
  return {
    id: 'direct',
    label: 'direct',
    version: '',
    port: upstreamPort,
    tree: undefined,
    pictureKey: 'data',
    generate: geminiRequest,
    stop: () => Promise.resolve(),
  };
}

import { describe } from 'vitest';
import { upstreamContract } from '../../../test/contracts/upstream.contract.ts';
import { geminiAnswers } from '../../../test/support/gemini-answers.ts';
import { inspectImage } from '../../pixels/headers/inspect-picture.ts';
import { GeminiUpstream } from './gemini-upstream.ts';

describe('GeminiUpstream', () => {
  upstreamContract({
    ...geminiAnswers,
    open: ({ secret, ...opening }) =>
      new GeminiUpstream({
        ...opening,
        apiVersion: 'v1beta',
        apiKey: secret,
        connectTimeoutMs: 1000,
        maxConnections: 4,
        bodyTimeoutMs: 10_000,
        inspect: inspectImage,
      }),
  });
});

import { describe } from 'vitest';
import { upstreamContract } from '../../../test/contracts/upstream.contract.ts';
import { type OpenAiShape, openAiAnswers } from '../../../test/support/openai-answers.ts';
import { inspectImage } from '../../pixels/headers/inspect-picture.ts';
import { OpenAiCompatibleUpstream } from './openai-compatible-upstream.ts';
import type { ProfileName } from './profiles.ts';

const shapes: Readonly<Record<ProfileName, OpenAiShape>> = {
  openai: 'openai',
  azure: 'azure',
  plantain: 'openai',
  serevix: 'openai',
  localai: 'openai',
  'sd-server': 'string',
  sglang: 'detail',
  xinference: 'detail',
  xai: 'xai',
};

for (const [profile, shape] of Object.entries(shapes) as [ProfileName, OpenAiShape][])
  describe(`OpenAiCompatibleUpstream of the profile ${profile}`, () => {
    const { keyAccepted, ...answers } = openAiAnswers(shape);
    upstreamContract({
      ...answers,
      // The vendor's page names no free question.
      ...(profile !== 'serevix' && keyAccepted !== undefined && { keyAccepted }),
      open: ({ secret, ...opening }) =>
        new OpenAiCompatibleUpstream({
          ...opening,
          profile,
          apiKey: secret,
          connectTimeoutMs: 1000,
          maxConnections: 4,
          bodyTimeoutMs: 10_000,
          inspect: inspectImage,
        }),
    });
  });

import type { IncomingHttpHeaders } from 'node:http';
import type { Call } from '../../journey/call.ts';
import type { CollectedAnswer } from './collected-answer.ts';
import { servedTier } from './served-tier.ts';
import type { CountedCall } from '../http/told-usage.ts';
import { mapUsage } from './usage.ts';

/** All that an answer is charged by, of whatever route. */
export function countedAnswer(
  answer: CollectedAnswer,
  headers: IncomingHttpHeaders,
  call: Omit<CountedCall, 'hasImage'>,
): Pick<Call, 'picturesSeen' | 'usage' | 'oddCount' | 'served'> {
  const { imagePartsFound: picturesSeen, searches } = answer;
  const told = mapUsage(answer.usage, { ...call, hasImage: picturesSeen > 0 });
  const tier = servedTier([headers['x-gemini-service-tier'], answer.serviceTier, answer.trafficType]);
  return {
    picturesSeen,
    usage: told.usage ?? 'not counted',
    oddCount: told.oddity,
    ...((tier !== undefined || searches > 0) && { served: { tier, searches } }),
  };
}

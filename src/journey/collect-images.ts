import type { ErrorCode } from '../kernel/error-catalogue.ts';
import { PlantainError } from '../kernel/plantain-error.ts';
import { mayCost } from './call.ts';
import { callsOf, type Drawing, lastUpstream } from './drawing.ts';
import type { Adaptation, ImageOrder } from './image-order.ts';
import type { GeneratedImage, TokenUsage } from './image-result.ts';
import { measuredAdaptations } from './measured-adaptations.ts';
import type { ImageResult } from './receipt.ts';
import { sumUsage } from './sum-usage.ts';

/** An order's pictures so far and what is to be told of them. */
export interface Collected {
  readonly images: readonly GeneratedImage[];
  readonly facts: Pick<ImageResult, 'usage' | 'upstream' | 'adaptations'>;
}

/** Errors that tell the caller most come first: what they can cure, then what an operator must, then bad luck. */
const mostTelling: readonly ErrorCode[] = [
  'moderation_blocked',
  'upstream_rejected',
  'no_image_generated',
  'model_not_found',
  'upstream_auth_error',
  'upstream_misconfigured',
  'insufficient_quota',
  'upstream_unreadable',
  'rate_limit_exceeded',
  'upstream_timeout',
  'upstream_unavailable',
];

/** Gathers what succeeded. None: throws the most telling error. Some: the rest is reported as an adaptation of `n`. */
export function collectImages(order: ImageOrder, drawings: readonly Drawing[]): Collected {
  const images: GeneratedImage[] = [];
  const errors: PlantainError[] = [];
  for (const { result } of drawings) {
    if ('image' in result) images.push(...(result.earlier?.images ?? []), result.image);
    else errors.push(result.error);
  }
  const error = errors.toSorted((left, right) => rank(left) - rank(right))[0];
  if (images.length === 0)
    throw error ?? new PlantainError('internal_error', 'The order brought neither picture nor error.');
  const missing: Adaptation[] =
    error === undefined
      ? []
      : [
          {
            parameter: 'n',
            action: 'partial',
            from: String(order.count),
            to: String(images.length),
            reason: error.code,
          },
        ];
  const onTheWay = uniqueAdaptations(drawings.flatMap((drawing) => drawing.adaptations));
  return {
    images,
    facts: {
      usage: completeUsage(drawings),
      upstream: lastUpstream(drawings) ?? '',
      adaptations: [
        ...uniqueAdaptations(measuredAdaptations(order, images)),
        ...onTheWay,
        ...leftOut(drawings, images.length),
        ...missing,
      ],
    },
  };
}

/** Pictures that models drew beyond those that are delivered: they are charged, so their being there is told. */
function leftOut(drawings: readonly Drawing[], delivered: number): Adaptation[] {
  const drawn = drawings.reduce(
    (sum, { result }) => sum + ('image' in result ? 1 + (result.earlier?.count ?? 0) : 0),
    0,
  );
  if (drawn === delivered) return [];
  const reason = 'the-last-of-an-answer-is-delivered';
  return [{ parameter: 'all_images', action: 'partial', from: String(drawn), to: String(delivered), reason }];
}

/** All calls' tokens together; undefined when any call went uncounted, because half a count is worse than none. */
function completeUsage(drawings: readonly Drawing[]): TokenUsage | undefined {
  const usages = callsOf(drawings)
    .filter(mayCost)
    .map(({ usage }) => usage);
  const counted = usages.filter((usage) => usage !== 'not counted');
  return counted.length > 0 && counted.length === usages.length ? sumUsage(counted) : undefined;
}

function rank(error: PlantainError): number {
  const index = mostTelling.indexOf(error.code);
  return index === -1 ? mostTelling.length : index;
}

function uniqueAdaptations(adaptations: readonly Adaptation[]): readonly Adaptation[] {
  if (adaptations.length < 2) return adaptations;
  return [...new Map(adaptations.map((adaptation) => [JSON.stringify(adaptation), adaptation])).values()];
}

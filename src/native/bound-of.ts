import type { CallBound } from '../journey/call-bound.ts';
import { type CatalogueModel, type ImageSize, imageSizes } from '../journey/catalogue-model.ts';
import { type ServiceTier, serviceTiers } from '../journey/price-list.ts';
import { tierOf } from './check-fields.ts';
import { field, listOf, type Members, membersOf } from './members.ts';
import type { RequestContents } from './request-contents.ts';

/** The dearest that any model counts a picture of the prompt (docs/contracts/gemini.md#prices-and-tokens). */
const mostTokensPerPicture = 1120;
/** The searches that are reserved for one answer that may search (docs/contracts/gemini.md#searches-and-tiers). */
const mostSearches = 5;

/** The size tier that a request asks for; undefined when it names one that is not known. */
export function askedSize(body: Members, model: CatalogueModel): ImageSize | undefined {
  const config = membersOf(field(body, 'generationConfig'));
  if (field(config, 'responseFormat') !== undefined) return undefined;
  const asked = field(membersOf(field(config, 'imageConfig')), 'imageSize');
  if (asked === undefined || asked === '' || !model.sendsImageSize) return model.defaultImageSize;
  return imageSizes.find((size) => size === asked);
}

/** Whether an answer of words alone is asked for. */
export function wantsPicture(body: Members): boolean {
  const modalities = modalitiesOf(body);
  return modalities.length === 0 || modalities.includes('IMAGE');
}

/**
 * The most that one call of a request can be charged for: its text at a token a byte, its pictures at the dearest count,
 * as many pictures of its tier as the model may draw, and text and thinking up to what it allows. A request for text alone
 * is bound by a picture too, because a model may draw one all the same.
 */
export function boundOf(
  body: Members,
  model: CatalogueModel,
  contents: RequestContents,
  textBytes: number,
): CallBound {
  const { pictures, files, hasOtherMedia, signed } = contents;
  const config = membersOf(field(body, 'generationConfig'));
  const limit = model.inputTokenLimit;
  const tools = listOf(field(body, 'tools')).flatMap((tool) => Object.keys(membersOf(tool)));
  // How many tokens a film, a document, earlier thoughts or what a tool finds take nobody can tell from here.
  const isUnknown =
    hasOtherMedia ||
    signed.length > 0 ||
    files.length > 0 ||
    field(config, 'mediaResolution') !== undefined ||
    tools.some((name) => !/^function/i.test(name));
  const perPicture = Math.max(model.inputImageTokens, mostTokensPerPicture);
  const inputImageTokens = Math.min(pictures.length * perPicture, limit);
  const inputTextTokens = isUnknown
    ? limit - inputImageTokens
    : Math.min(textBytes, limit - inputImageTokens);
  const size = askedSize(body, model);
  const tokens = Object.values(model.imageTokens);
  const perDrawn = (size && model.imageTokens[size]) ?? Math.max(0, ...tokens);
  const outputImageTokens = perDrawn * model.maxPicturesPerCall;
  const outputTextTokens = mostText(body, model);
  const inputTokens = inputImageTokens + inputTextTokens;
  const outputTokens = outputImageTokens + outputTextTokens;
  return {
    usage: {
      inputTokens,
      inputTextTokens,
      inputImageTokens,
      outputTokens,
      outputImageTokens,
      outputTextTokens,
      totalTokens: inputTokens + outputTokens,
    },
    tier: boundTier(body),
    searches: tools.some((name) => /search/i.test(name)) ? mostSearches : 0,
  };
}

/** A tier that is allowed and not known is the dearest. */
function boundTier(body: Members): ServiceTier {
  const asked = tierOf(body) ?? 'standard';
  return serviceTiers.find((tier) => tier === asked) ?? 'priority';
}

function mostText(body: Members, model: CatalogueModel): number {
  const asked = Number(field(membersOf(field(body, 'generationConfig')), 'maxOutputTokens') ?? Number.NaN);
  const most = asked > 0 ? Math.min(Math.ceil(asked), model.outputTokenLimit) : model.outputTokenLimit;
  const modalities = modalitiesOf(body);
  const isPictureOnly = modalities.length > 0 && modalities.every((name) => name === 'IMAGE');
  return isPictureOnly ? Math.min(most, model.maxThinkingTokens) : most;
}

function modalitiesOf(body: Members): string[] {
  const config = membersOf(field(body, 'generationConfig'));
  return listOf(field(config, 'responseModalities')).map((name) => String(name).toUpperCase());
}

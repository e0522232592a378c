import type { CatalogueModel } from '../journey/catalogue-model.ts';
import { checkAspectRatio, checkImageSize, type ChosenPicture, choosePicture } from './choose-picture.ts';
import { hashNumber } from './deterministic-bytes.ts';
import type { GenerateRequest } from './generate-request.ts';
import { GoogleError } from './google-error.ts';
import { habitsOf, type ModelHabits, thoughtTokens, type ThinkingLevel } from './model-habits.ts';
import { type Prompt, readPrompt } from './read-prompt.ts';
import { countPromptTokens, type PromptTokens } from './token-count.ts';

/** A request that passed every check: what to draw and what it costs. */
export interface Wish {
  readonly model: CatalogueModel;
  readonly habits: ModelHabits;
  readonly prompt: Prompt;
  readonly picture: ChosenPicture;
  /** Whether text may come beside the picture. */
  readonly withText: boolean;
  readonly includeThoughts: boolean;
  readonly searches: boolean;
  /** The request's seed, else one made from the prompt: the same request draws the same picture. */
  readonly seed: number;
  readonly promptTokens: PromptTokens;
  readonly thoughtsTokenCount: number;
  /** Lower case, as usage and header give it. */
  readonly serviceTier: string;
  readonly continuationToken: string | undefined;
}

/** The model layer: the last checks, in Google's order, then the choices it leaves open. Throws GoogleError. */
export async function readWish(model: CatalogueModel, request: GenerateRequest): Promise<Wish> {
  const config = request.generationConfig ?? {};
  const aspectRatio = checkAspectRatio(model, config.imageConfig?.aspectRatio);
  const imageSize = checkImageSize(model, config.imageConfig?.imageSize);
  if ((config.candidateCount ?? 1) > 1) throw invalid('Multiple candidates is not enabled for this model');
  const contents = request.contents ?? [];
  if (contents.every((content) => (content.parts ?? []).length === 0))
    throw invalid('Request has empty input.');
  if (contents.some((content) => !['', 'user', 'model'].includes(content.role ?? ''))) {
    throw invalid('Please use a valid role: user, model.');
  }
  checkFeatures(model, request);
  if (config.responseFormat?.image?.delivery === 'URI')
    throw invalid('Request contains an invalid argument.');

  const prompt = await readPrompt(contents, request.systemInstruction);
  const habits = habitsOf(model);
  const lastImage = prompt.media.findLast((item) => item.pixels !== undefined)?.pixels;
  const ownSeed = hashNumber(
    `${prompt.wording}\n${prompt.media.map((item) => item.bytes?.length ?? 0).join(',')}`,
  );
  const modalities = new Set(config.responseModalities);
  return {
    model,
    habits,
    prompt,
    picture: choosePicture(model, imageSize, aspectRatio, lastImage),
    // ["TEXT"] is ignored like a missing list; only ["IMAGE"] keeps text away.
    withText: !(modalities.has('IMAGE') && !modalities.has('TEXT')),
    includeThoughts: config.thinkingConfig?.includeThoughts === true,
    searches: habits.searches && usesTool(request, 'googleSearch'),
    seed: (config.seed ?? ownSeed) >>> 0,
    promptTokens: countPromptTokens(model, prompt.texts, prompt.media),
    thoughtsTokenCount: thoughtTokens(thinkingLevel(habits, config.thinkingConfig?.thinkingLevel), ownSeed),
    serviceTier: serviceTierOf(request.serviceTier),
    continuationToken: request.continuationToken,
  };
}

/** What image models refuse outright (docs/contracts/gemini.md#parameters-by-effect). */
function checkFeatures(model: CatalogueModel, request: GenerateRequest): void {
  const config = request.generationConfig;
  if (usesTool(request, 'functionDeclarations'))
    throw invalid('Function calling is not enabled for this model');
  if (usesTool(request, 'codeExecution')) throw invalid('Code execution is not enabled for this model');
  if (usesTool(request, 'googleSearch') && !habitsOf(model).searches) {
    throw invalid('Search as tool is not enabled for this model');
  }
  const wantsStructure = config?.responseSchema !== undefined || config?.responseJsonSchema !== undefined;
  if (wantsStructure || (config?.responseMimeType ?? 'text/plain') !== 'text/plain') {
    throw invalid('JSON mode is not enabled for this model');
  }
}

function usesTool(
  request: GenerateRequest,
  tool: 'googleSearch' | 'functionDeclarations' | 'codeExecution',
): boolean {
  return (request.tools ?? []).some((entry) => entry[tool] !== undefined);
}

function thinkingLevel(habits: ModelHabits, requested: string | undefined): ThinkingLevel {
  if (habits.defaultThinking === 'none' || habits.defaultThinking === 'always') return habits.defaultThinking;
  return requestedLevels[requested ?? ''] ?? habits.defaultThinking;
}

const requestedLevels: Readonly<Record<string, ThinkingLevel>> = {
  MINIMAL: 'minimal',
  LOW: 'low',
  MEDIUM: 'medium',
  HIGH: 'high',
};

function serviceTierOf(requested: string | undefined): string {
  return requested === undefined || requested === 'UNSPECIFIED' ? 'standard' : requested.toLowerCase();
}

function invalid(message: string): GoogleError {
  return new GoogleError('INVALID_ARGUMENT', message);
}

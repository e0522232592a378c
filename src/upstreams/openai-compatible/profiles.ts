import type { Profile } from './profile.ts';

const common = new Set(['image/png', 'image/jpeg', 'image/webp']);
const nothing = new Set<never>();

/** OpenAI itself (docs/contracts/openai-upstreams.md#openai). GPT image models answer in base64 and refuse `response_format`. */
const openai: Profile = {
  sizeSyntax: 'wxh',
  autoShape: { generate: 'auto', edit: 'auto' },
  sendsResponseFormat: false,
  edits: 'multipart',
  maxReferences: 16,
  referenceTypes: common,
  takesMask: 'all',
  takes: new Set(['quality', 'background', 'moderation', 'output_format']),
  isPlantain: false,
  authHeader: 'bearer',
  hasDeployments: false,
  listsModels: true,
  usage: 'tokens',
};

/** What servers have in common that are said to be compatible with OpenAI's. */
const compatible: Profile = {
  sizeSyntax: 'wxh',
  sendsResponseFormat: true,
  edits: 'none',
  referenceTypes: common,
  takesMask: 'none',
  takes: nothing,
  isPlantain: false,
  authHeader: 'bearer',
  hasDeployments: false,
  listsModels: true,
  usage: 'none',
};

/** The servers that are known, by the name an operator gives (docs/contracts/openai-upstreams.md#profiles). */
export const profiles = {
  openai,
  azure: { ...openai, authHeader: 'api-key', hasDeployments: true },
  /** Another Plantain. */
  plantain: {
    ...openai,
    sizeSyntax: 'ratio_and_tier',
    autoShape: { generate: 'auto', edit: 'auto' },
    sendsResponseFormat: true,
    referenceTypes: new Set([...common, 'image/heic', 'image/heif']),
    takes: new Set(['quality', 'background', 'moderation']),
    takesMask: 'foreign',
    isPlantain: true,
  },
  /** The vendor of an API page for Gemini's models that names no edits and no list of models. */
  serevix: { ...compatible, sizeSyntax: 'ratio_and_tier', listsModels: false, usage: 'tokens' },
  localai: {
    ...compatible,
    promptSyntax: { pattern: /\|/g, stand: '¦', reason: 'a-bar-would-begin-a-negative-prompt' },
  },
  'sd-server': {
    ...compatible,
    sendsResponseFormat: false,
    edits: 'multipart',
    takesMask: 'all',
    promptSyntax: {
      pattern: /<(?=\/?sd_cpp_extra_args)/gi,
      stand: '‹',
      reason: 'it-would-set-parameters-of-the-server',
      seedOf: (seed) => `<sd_cpp_extra_args>{"seed":${seed}}</sd_cpp_extra_args>`,
    },
  },
  sglang: { ...compatible, edits: 'multipart' },
  xinference: { ...compatible, sizeSyntax: 'wstarh', autoShape: { edit: 'original' }, edits: 'multipart' },
  xai: {
    ...compatible,
    sizeSyntax: 'ratio_and_resolution',
    edits: 'json',
    blockedInsideOk: 'respect_moderation',
  },
} as const satisfies Record<string, Profile>;

export type ProfileName = keyof typeof profiles;

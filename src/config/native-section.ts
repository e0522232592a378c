import { gibibyte, mebibyte } from './derived-defaults.ts';
import { section } from './settings.ts';
import { bytes, oneOf, someOf, yesOrNo } from './value-kinds.ts';

const tools = [
  'googleSearch',
  'googleSearchRetrieval',
  'googleMaps',
  'urlContext',
  'codeExecution',
  'fileSearch',
  'functionDeclarations',
] as const;
const serviceTiers = ['standard', 'flex', 'priority'] as const;

/** What callers of Gemini's own route may ask for. */
export const nativeSection = () =>
  section({
    tools: someOf(tools).default([]).meta({
      description:
        "Tools that requests in Gemini's own protocol may use, by Google's names. Each costs extra or reaches out; what is not named is refused.",
      defaultText: 'none',
    }),
    serviceTiers: someOf(serviceTiers)
      .default(['standard'])
      .describe("Service tiers that requests in Gemini's own protocol may ask for."),
    drafts: oneOf(['keep', 'strip'])
      .default('keep')
      .describe(
        "Whether answers in Gemini's own protocol keep the drafts that thinking models draw before the picture. Clients that show the first picture they find need strip.",
      ),
    remoteFiles: yesOrNo()
      .default(false)
      .describe(
        "Let requests in Gemini's own protocol name https addresses for the upstream to fetch. Plantain itself fetches none of them.",
      ),
    maxFileBytes: bytes(1024, 2 * gibibyte)
      .default(50 * mebibyte)
      .describe('Largest file that may be sent ahead with the Files API.'),
    fileSpaceBytes: bytes(1024, 1024 * gibibyte)
      .default(gibibyte)
      .describe('Most bytes that the files of one key may take together; each goes after 48 hours.'),
  });

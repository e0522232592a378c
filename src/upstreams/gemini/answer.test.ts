import { describe, expect, test } from 'vitest';
import type { GeneratedImage } from '../../journey/image-result.ts';
import { JsonScanner } from '../../bytes/json-scanner.ts';
import { answerPaths } from './answer-paths.ts';
import { CollectedAnswer } from './collected-answer.ts';
import { readAnswer } from './answer.ts';

const picture = (data: string, more: object = {}) => ({
  inlineData: { mimeType: 'image/png', data },
  ...more,
});
const candidate = (parts: readonly object[], more: object = {}) => ({
  candidates: [{ content: { role: 'model', parts }, finishReason: 'STOP', ...more }],
});
/** Every base64 is a picture, except one that says that it is none. */
function inspect(base64: GeneratedImage['base64']): GeneratedImage | undefined {
  return base64.headText(4) === 'NONE'
    ? undefined
    : { base64, mimeType: 'image/png', size: { widthPx: 1, heightPx: 1 } };
}

function read(documents: readonly unknown[], hasReferences = false) {
  const drafts: string[] = [];
  const answer = new CollectedAnswer(inspect, (draft) => drafts.push(draft.base64.headText(100)));
  for (const document of documents) {
    const scanner = new JsonScanner(answerPaths);
    scanner.push(Buffer.from(JSON.stringify(document)));
    answer.add(scanner.end());
  }
  const outcome = readAnswer(answer, hasReferences);
  return {
    kind: outcome.kind,
    picture: outcome.kind === 'image' ? outcome.image.base64.headText(100) : undefined,
    error: 'error' in outcome ? outcome.error : undefined,
    token: outcome.kind === 'continuation' ? outcome.token : undefined,
    usage: 'usage' in outcome ? outcome.usage : undefined,
    drafts,
  };
}

describe('the picture of an answer', () => {
  test.each([
    ['the only one', [picture('ONE0')], 'ONE0', []],
    [
      'the last that is no thought',
      [picture('ONE0'), picture('TWO0'), picture('THINK', { thought: true })],
      'TWO0',
      ['ONE0', 'THINK'],
    ],
    ['after a thought', [picture('THINK', { thought: true }), picture('ONE0')], 'ONE0', ['THINK']],
    ['a thought, when there is nothing else', [picture('THINK', { thought: true })], 'THINK', ['THINK']],
    ['beside words', [{ text: 'Here it is:' }, picture('ONE0'), { text: 'Enjoy.' }], 'ONE0', []],
    ['in snake case', [{ inline_data: { mime_type: 'image/png', data: 'ONE0' } }], 'ONE0', []],
    ['beside one that cannot be read', [picture('ONE0'), picture('NONE')], 'ONE0', []],
  ])('%s', (_name, parts, expected, drafts) => {
    const outcome = read([candidate(parts)]);
    expect(outcome).toMatchObject({ kind: 'image', picture: expected, drafts });
  });

  test('over the documents of a stream, with the usage of the last', () => {
    const usage = {
      promptTokenCount: 3,
      totalTokenCount: 13,
      candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: 10 }],
    };
    const outcome = read([
      candidate([picture('DRAFT', { thought: true })], { finishReason: undefined }),
      candidate([picture('FINAL')]),
      { usageMetadata: usage },
    ]);
    expect(outcome).toMatchObject({ kind: 'image', picture: 'FINAL', drafts: ['DRAFT'] });
    expect(outcome.usage).toMatchObject({ inputTokens: 3, outputImageTokens: 10 });
  });

  test('none that can be read is the upstream’s failure, worth another try', () => {
    expect(read([candidate([picture('NONE')])])).toMatchObject({
      kind: 'failed',
      error: { code: 'upstream_error' },
    });
  });
});

describe('an answer without a picture', () => {
  test.each([
    [
      'a refused prompt',
      { promptFeedback: { blockReason: 'PROHIBITED_CONTENT' } },
      'refused',
      'moderation_blocked',
      /prompt was refused .*\(PROHIBITED_CONTENT\)/,
    ],
    [
      'a refused picture',
      candidate([], { finishReason: 'IMAGE_SAFETY', finishMessage: 'Unable to show it' }),
      'refused',
      'moderation_blocked',
      /picture was refused .*Unable to show it\./,
    ],
    [
      'words alone',
      candidate([{ text: 'I would' }, { text: 'rather not' }]),
      'no_image',
      'no_image_generated',
      /The model said: I would rather not\./,
    ],
    [
      'words of a thought do not count',
      candidate([{ text: 'secret', thought: true }], { finishReason: 'NO_IMAGE' }),
      'no_image',
      'no_image_generated',
      /gave the reason NO_IMAGE/,
    ],
    [
      'null parts',
      { candidates: [{ content: { parts: null }, finishReason: 'NO_IMAGE' }] },
      'no_image',
      'no_image_generated',
      /NO_IMAGE/,
    ],
    ['null content', { candidates: [{ content: null }] }, 'no_image', 'no_image_generated', /reason none/],
    ['nothing at all', {}, 'no_image', 'no_image_generated', /reason none/],
    ['a list', [], 'failed', 'upstream_error', /not an answer/],
    [
      'an error inside',
      { error: { code: 429, status: 'RESOURCE_EXHAUSTED', message: 'slow down' } },
      'failed',
      'rate_limit_exceeded',
      /10 seconds/,
    ],
  ])('%s', (_name, document, kind, code, message) => {
    const outcome = read([document]);
    expect(outcome.kind).toBe(kind);
    expect(outcome.error?.code).toBe(code);
    expect(outcome.error?.message).toMatch(message);
  });

  test('that asks to continue gives the token', () => {
    expect(read([candidate([], { finishReason: 'CONTINUATION', continuationToken: 'next' })])).toMatchObject({
      kind: 'continuation',
      token: 'next',
    });
  });

  test('an error in mid-stream wins over the pictures before it', () => {
    const outcome = read([candidate([picture('ONE0')]), { error: { code: 503, message: 'overloaded' } }]);
    expect(outcome).toMatchObject({ kind: 'failed', error: { code: 'upstream_unavailable' } });
  });

  test('a long speech is cut', () => {
    const outcome = read([candidate([{ text: 'no '.repeat(5000) }])]);
    expect(outcome.error?.message.length).toBeLessThan(900);
  });
});

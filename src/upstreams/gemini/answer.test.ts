import { describe, expect, test } from 'vitest';
import type { GeneratedImage } from '../../journey/image-result.ts';
import { AnswerDocuments } from '../http/answer-documents.ts';
import { answerPaths } from './answer-paths.ts';
import { CollectedAnswer } from './collected-answer.ts';
import { readAnswer, unreadable } from './answer.ts';

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

function read(documents: readonly unknown[]) {
  return readText(documents.map((document) => `data: ${JSON.stringify(document)}\n\n`).join(''));
}

function readText(text: string, phase: 'answered' | 'broken_off' = 'answered') {
  const drafts: string[] = [];
  const answer = new CollectedAnswer(inspect, (draft) => drafts.push(draft.base64.headText(100)));
  const found = new AnswerDocuments(answerPaths, (document) => answer.add(document));
  found.push(Buffer.from(text));
  found.end();
  const reading = readAnswer(answer, found, phase, 0) ?? { evidence: unreadable(answer, found) };
  const { verdict, fault, error, phase: readPhase } = reading.evidence;
  return {
    verdict,
    fault,
    error,
    phase: readPhase,
    picture: reading.image?.base64.headText(100),
    token: reading.continuationToken,
    drafts,
    answer,
  };
}

describe('the picture of an answer', () => {
  test.each([
    ['the only one', [picture('ONE0')], 'ONE0', []],
    [
      'the last that is no thought',
      [picture('ONE0'), picture('TWO0'), picture('THINKING', { thought: true })],
      'TWO0',
      ['ONE0', 'THINKING'],
    ],
    ['after a thought', [picture('THINKING', { thought: true }), picture('ONE0')], 'ONE0', ['THINKING']],
    [
      'a thought, when there is nothing else',
      [picture('THINKING', { thought: true })],
      'THINKING',
      ['THINKING'],
    ],
    ['beside words', [{ text: 'Here it is:' }, picture('ONE0'), { text: 'Enjoy.' }], 'ONE0', []],
    ['in snake case', [{ inline_data: { mime_type: 'image/png', data: 'ONE0' } }], 'ONE0', []],
    ['beside one that cannot be read', [picture('ONE0'), picture('NONE')], 'ONE0', []],
  ])('%s', (_name, parts, expected, drafts) => {
    const outcome = read([candidate(parts)]);
    expect(outcome).toMatchObject({ verdict: 'picture', picture: expected, drafts });
  });

  test('over the documents of a stream, with the usage of the last', () => {
    const usage = {
      promptTokenCount: 3,
      totalTokenCount: 13,
      candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: 10 }],
    };
    const outcome = read([
      candidate([picture('DRAFTING', { thought: true })], { finishReason: undefined }),
      candidate([picture('FINISHED')]),
      { usageMetadata: usage },
    ]);
    expect(outcome).toMatchObject({ verdict: 'picture', picture: 'FINISHED', drafts: ['DRAFTING'] });
    expect(outcome.answer.usage).toMatchObject(usage);
  });

  const finished = JSON.stringify(candidate([picture('ONE0')]));
  const unfinished = finished.replace(',"finishReason":"STOP"', '');
  const failure = '{"error":{"code":503,"message":"overloaded"}}';
  test.each([
    ['[DONE]', `data: ${finished}\n\ndata: [DONE]\n\n`],
    ['empty data', `data:\n\ndata: ${finished}\n\ndata:\n\n`],
    ['a byte order mark', `\ufeffdata: ${finished}\n\n`],
    ['several lines of data', `data: ${finished.slice(0, 15)}\ndata: ${finished.slice(15)}\n\n`],
    ['an error behind it', `data: ${finished}\n\ndata: ${failure}\n\n`],
    ['an error before it', `data: ${failure}\n\ndata: ${finished}\n\n`],
    ['an error beside it', finished.replace('{', '{"error":{"code":500},')],
    ['no error beside it', finished.replace('{', '{"error":null,')],
    ['a refusal beside it', finished.replace('{', '{"promptFeedback":{"blockReason":"OTHER"},')],
    ['no finish reason', `data: ${unfinished}\n\n`],
    ['a line that is no JSON behind it', `data: ${finished}\n\ndata: {oops\n\n`],
    ['a line that is no JSON before it', `data: {oops\n\ndata: ${finished}\n\n`],
    ['a cut document behind it', `data: ${finished}\n\ndata: {"candidates":[`],
    ['bytes behind it', `${finished}garbage{`],
    ['a list around it', `[${finished},{"usageMetadata":{}}]`],
    ['plain JSON for a stream', finished],
    ['odd elements beside it', finished.replace('"parts":[', '"parts":[null,5,"x",[],{"text":5},')],
    ['odd candidates beside it', finished.replace('"candidates":[', '"candidates":[null,5,"x",[],{},')],
    ['odd counts beside it', finished.replace('{', '{"usageMetadata":{"promptTokenCount":"x"},')],
  ])('is delivered with %s', (_name, text) => {
    expect(readText(text)).toMatchObject({ verdict: 'picture', picture: 'ONE0' });
  });

  test('none that can be read is the upstream’s failure, worth another try', () => {
    expect(read([candidate([picture('NONE')])])).toMatchObject({
      verdict: 'failed',
      fault: 'upstream',
      error: { code: 'upstream_error' },
    });
  });

  test.each(['AAAA<script>', 'AAAA é', 'AAAA"AAA', 'AAAAA', 'AAA=AAAA', '\u0000AAA'])(
    'none whose data is %j is passed on',
    (data) => {
      expect(read([candidate([picture(data)])])).toMatchObject({
        verdict: 'failed',
        fault: 'upstream',
        error: { code: 'upstream_error' },
      });
    },
  );

  test.each([
    ['base64url', '-_-_AA', '+/+/AA=='],
    ['no padding', 'AAAAAAA', 'AAAAAAA='],
    ['line ends', 'AAAA\r\nAAAA\n', 'AAAAAAAA'],
    ['blanks', ' AA AA ', 'AAAA'],
  ])('of %s leaves as the standard says', (_name, data, standard) => {
    expect(read([candidate([picture(data)])])).toMatchObject({ verdict: 'picture', picture: standard });
  });

  test.each([5, null, true, { data: '0' }, ['AAAA']])('that is no text (%j) is none', (data) => {
    const document = candidate([{ inlineData: { mimeType: 'image/png', data } }]);
    expect(read([document]).verdict).not.toBe('picture');
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
      'words',
      'no_image_generated',
      /The model said: I would rather not\./,
    ],
    [
      'words of a thought do not count',
      candidate([{ text: 'secret', thought: true }], { finishReason: 'NO_IMAGE' }),
      'words',
      'no_image_generated',
      /gave the reason NO_IMAGE/,
    ],
    [
      'null parts',
      { candidates: [{ content: { parts: null }, finishReason: 'NO_IMAGE' }] },
      'words',
      'no_image_generated',
      /NO_IMAGE/,
    ],
    ['a list', [], 'failed', 'upstream_error', /cannot be read/],
    [
      'a stream that just ends',
      { candidates: [{ content: null }] },
      'failed',
      'upstream_error',
      /before it was whole/,
    ],
    ['a stream of nothing', {}, 'failed', 'upstream_error', /before it was whole/],
    [
      'an error inside',
      { error: { code: 429, status: 'RESOURCE_EXHAUSTED', message: 'slow down' } },
      'failed',
      'rate_limit_exceeded',
      /10 seconds/,
    ],
  ])('%s', (_name, document, verdict, code, message) => {
    const outcome = read([document]);
    expect(outcome.verdict).toBe(verdict);
    expect(outcome.error?.code).toBe(code);
    expect(outcome.error?.message).toMatch(message);
  });

  test('that asks to continue gives the token', () => {
    expect(read([candidate([], { finishReason: 'CONTINUATION', continuationToken: 'next' })])).toMatchObject({
      verdict: 'continued',
      token: 'next',
    });
  });

  test.each([
    ['null content', '{"candidates":[{"content":null}]}'],
    ['nothing at all', '{}'],
  ])('%s, said at once, is an answer without a reason', (_name, text) => {
    const outcome = readText(text);
    expect([outcome.verdict, outcome.error?.code]).toEqual(['words', 'no_image_generated']);
    expect(outcome.error?.message).toMatch(/reason none/);
  });

  test('an error that is null is none', () => {
    const text = JSON.stringify(candidate([{ text: 'no' }])).replace('{', '{"error":null,');
    expect(readText(text).verdict).toBe('words');
  });

  test('a speech in many parts is kept only as far as anybody reads it', () => {
    const { answer } = read([candidate(Array.from({ length: 500 }, () => ({ text: 'no '.repeat(1000) })))]);
    expect(answer.words.length).toBeLessThan(5000);
  });

  test('a long speech is cut', () => {
    const outcome = read([candidate([{ text: 'no '.repeat(5000) }])]);
    expect(outcome.error?.message.length).toBeLessThan(900);
  });

  test('brings no base64, no control characters and no half character into a message', () => {
    const speech = `Here: data:image/png;base64,${'iVBORw0KGgo'.repeat(50)} \u001b[31m\u202e ${'🍌'.repeat(2000)}`;
    for (const document of [
      candidate([{ text: speech }]),
      candidate([], { finishReason: `X${speech}` }),
      candidate([], { finishReason: 'OTHER', finishMessage: speech }),
    ]) {
      const message = read([document]).error?.message ?? '';
      expect(message).toMatch(/^[\x20-\x7e🍌…]+$/u);
      expect(message.isWellFormed()).toBe(true);
      expect(message).not.toContain('iVBOR');
    }
  });
});

describe('an answer that breaks off', () => {
  const thought = JSON.stringify(candidate([picture('THINKING', { thought: true })]));
  const unfinished = (text: string): string => text.replace(',"finishReason":"STOP"', '');

  test('keeps what it said: a picture, a refusal, words, an error', () => {
    const finished = JSON.stringify(candidate([picture('ONE0')]));
    const cut = finished.slice(0, finished.indexOf('finishReason'));
    for (const text of [finished, cut, `data: ${cut}`])
      expect(readText(text, 'broken_off')).toMatchObject({
        verdict: 'picture',
        phase: 'broken_off',
        picture: 'ONE0',
      });
    const refusal = JSON.stringify({ promptFeedback: { blockReason: 'OTHER' } });
    expect(readText(refusal, 'broken_off')).toMatchObject({ verdict: 'refused', phase: 'broken_off' });
    const words = JSON.stringify(candidate([{ text: 'no' }]));
    expect(readText(words, 'broken_off')).toMatchObject({ verdict: 'words' });
    const failure = 'data: {"error":{"code":503,"message":"overloaded"}}\n\n';
    expect(readText(failure, 'broken_off')).toMatchObject({
      verdict: 'failed',
      phase: 'failed',
      fault: 'capacity',
    });
  });

  test('has no picture in a draft, unless it was said to be finished', () => {
    expect(readText(`data: ${unfinished(thought)}\n\n`, 'broken_off').picture).toBeUndefined();
    expect(readText(`data: ${thought}\n\n`, 'broken_off').picture).toBe('THINKING');
    expect(readText(`data: ${unfinished(thought)}\n\n`, 'answered').picture).toBe('THINKING');
  });

  test('and said nothing whole says nothing', () => {
    for (const text of [
      '',
      '{"candidates":[{"content":{"parts":[{"inlineData":{"data":"AAAA',
      'data: {}\n\n',
    ])
      expect(readText(text, 'broken_off')).toMatchObject({ verdict: 'failed', fault: 'upstream' });
  });
});

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
function inspect(base64: GeneratedImage['base64'], declaredType?: string): GeneratedImage | undefined {
  return base64.headText(4) === 'NONE' || declaredType?.startsWith('audio/') === true
    ? undefined
    : { base64, mimeType: declaredType ?? 'image/png', size: { widthPx: 1, heightPx: 1 } };
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
  const reading = readAnswer(answer, found, phase, 0) ?? { evidence: unreadable(answer, found, 0) };
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

  test('is no draft of a drawing that failed behind it', () => {
    const drafting = candidate([picture('DRAFTING', { thought: true })], { finishReason: undefined });
    const overloaded = { error: { code: 503, status: 'UNAVAILABLE', message: 'overloaded' } };
    expect(read([drafting, overloaded])).toMatchObject({ verdict: 'failed', picture: undefined });
  });

  test.each([
    ['IMAGE_SAFETY', 'refused', 'moderation_blocked'],
    ['PROHIBITED_CONTENT', 'refused', 'moderation_blocked'],
    ['NO_IMAGE', 'words', 'no_image_generated'],
    ['IMAGE_OTHER', 'words', 'no_image_generated'],
  ])(
    'is no draft of one that ended as %s: what was withheld is not given out',
    (finishReason, verdict, code) => {
      const drafting = candidate([picture('DRAFTING', { thought: true })], { finishReason });
      const outcome = read([drafting]);
      expect(outcome).toMatchObject({ verdict, picture: undefined, error: { code } });
      expect(read([candidate([picture('ONE0')], { finishReason })])).toMatchObject({ picture: 'ONE0' });
    },
  );

  test('is no draft of one that goes on, and is the thought of one that ended otherwise', () => {
    const ended = (more: object) => read([candidate([picture('DRAFTING', { thought: true })], more)]);
    expect(ended({ finishReason: 'CONTINUATION', continuationToken: 'dG9r' })).toMatchObject({
      verdict: 'continued',
      picture: undefined,
      token: 'dG9r',
    });
    for (const finishReason of ['STOP', 'MAX_TOKENS', 'OTHER', 'CONTINUATION'])
      expect([finishReason, ended({ finishReason }).picture]).toEqual([finishReason, 'DRAFTING']);
  });

  test('is no draft beside a prompt that was blocked', () => {
    const drafting = candidate([picture('DRAFTING', { thought: true })]);
    expect(read([{ ...drafting, promptFeedback: { blockReason: 'SAFETY' } }])).toMatchObject({
      verdict: 'refused',
      picture: undefined,
    });
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
    const speech = `Here: ${'iVBORw0KGgo'.repeat(50)} data:image/png;base64,!${'iVBORw0KGgo'.repeat(9)} \u001b[31m\u202e ${'🍌'.repeat(2000)}`;
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

describe('an answer in another shape', () => {
  const plain = candidate([picture('ONE0')]);
  const [one] = plain.candidates;
  const part = picture('ONE0');
  const url = 'data:image/png;base64,ONE0';
  test.each([
    ['in a wrapper', { response: plain, traceId: 'x' }],
    ['in a wrapper of another name', { code: 0, data: plain }],
    ['in several wrappers', { result: { response: plain } }],
    ['in a list in a wrapper', { response: [plain, { usageMetadata: {} }] }],
    ['in a list', [plain]],
    ['with one part for a list', { candidates: [{ ...one, content: { parts: part } }] }],
    ['with one candidate for a list', { candidates: one }],
    ['with parts for a content', { candidates: [{ ...one, content: [part] }] }],
    [
      'in snake case throughout',
      { candidates: [{ content: { parts: [{ inline_data: { mime_type: 'image/png', data: 'ONE0' } }] } }] },
    ],
    ['as a data: URL in its words', candidate([{ text: `Here: ![image](${url}) Enjoy.` }])],
    ['as a data: URL in its data', candidate([picture(url)])],
    ['as a data: URL for a link', candidate([{ fileData: { mimeType: 'image/png', fileUri: url } }])],
    ['beside a sound', candidate([{ inlineData: { mimeType: 'audio/wav', data: 'AAAA' } }, part])],
    ['beside a link', candidate([part, { fileData: { fileUri: 'https://x.example/1.png' } }])],
    ['beside what is no answer', [{ hello: 'world' }, plain]],
  ])('brings its picture %s', (_name, document) => {
    for (const text of [
      JSON.stringify(document),
      JSON.stringify(document, null, 2),
      `)]}'\n${JSON.stringify(document)}`,
    ])
      expect(readText(text)).toMatchObject({ verdict: 'picture', picture: 'ONE0' });
    expect(read([document])).toMatchObject({
      verdict: 'picture',
      picture: 'ONE0',
      answer: { imagePartsFound: 1 },
    });
  });

  test('in snake case throughout tells its refusal, its reason and its counts', () => {
    expect(read([{ prompt_feedback: { block_reason: 'PROHIBITED_CONTENT' } }]).error?.message).toMatch(
      /prompt was refused .*\(PROHIBITED_CONTENT\)/,
    );
    const finished = { finish_reason: 'IMAGE_SAFETY', finish_message: 'Not this.', finishMessage: undefined };
    const counts = { prompt_token_count: 9, prompt_tokens_details: [{ modality: 'TEXT', token_count: 9 }] };
    const { error, answer } = read([{ candidates: [finished], usage_metadata: counts }]);
    expect(error?.message).toMatch(/\(IMAGE_SAFETY\)\. Not this\./);
    expect(answer.usage).toMatchObject({
      promptTokenCount: 9,
      promptTokensDetails: [{ modality: 'TEXT', tokenCount: 9 }],
    });
  });

  test('of a name that is there in both spellings, Google’s holds', () => {
    const both = { finishReason: 'IMAGE_SAFETY', finish_reason: null };
    for (const finished of [both, Object.fromEntries(Object.entries(both).toReversed())])
      expect(read([{ candidates: [finished] }]).verdict).toBe('refused');
  });

  test.each([
    [
      'a link',
      candidate([{ fileData: { mimeType: 'image/png', fileUri: 'https://x.example/1.png' } }]),
      'fileData',
    ],
    ['a call of a function', candidate([{ functionCall: { name: 'draw' } }]), 'functionCall'],
    ['a sound', candidate([{ inlineData: { mimeType: 'audio/wav', data: 'AAAA' } }]), 'audio/wav'],
    ['a picture that is no text', candidate([{ inlineData: { data: 5 } }]), 'inlineData'],
    ['another house’s answer', { id: 'x', choices: [{ index: 0 }] }, 'id, choices'],
    ['OpenAI’s pictures', { created: 1, data: [{ b64_json: 'AAAA' }] }, 'created, data'],
    ['many names', Object.fromEntries(Array.from({ length: 99 }, (_, n) => [`n${n}`, n])), 'n0, n1'],
  ])(
    'that is %s is told by its name, as nothing of the prompt’s, and is not asked again',
    (_name, document, found) => {
      for (const { verdict, fault, error } of [read([document]), readText(JSON.stringify(document))]) {
        expect([verdict, fault, error?.code]).toEqual(['failed', 'upstream', 'upstream_unreadable']);
        expect(error?.message).toContain(found);
        expect(error?.message.length).toBeLessThan(700);
        expect(error?.message).not.toContain('example');
        expect(error?.entry).toMatchObject({ status: 502, retryable: false });
      }
    },
  );

  test.each([
    [
      'an error without its frame',
      { code: 429, message: 'slow down', status: 'RESOURCE_EXHAUSTED' },
      'rate_limit_exceeded',
    ],
    ['a relay’s error', { detail: 'no channel for this model' }, 'upstream_error'],
    [
      'an error in a wrapper',
      { response: { error: { code: 503, message: 'busy' } } },
      'upstream_unavailable',
    ],
  ])('that is %s is that error', (_name, document, code) => {
    expect(read([document])).toMatchObject({ verdict: 'failed', error: { code } });
  });

  test('a page for people is nothing to ask again', () => {
    for (const page of ['<html><body>Please log in</body></html>', '\n\ufeff <!DOCTYPE html>']) {
      const { fault, error } = readText(page);
      expect([fault, error?.code]).toEqual(['place', 'upstream_misconfigured']);
      expect(error?.message).toContain('a web page (200)');
    }
    expect(readText('busy, please wait').error?.code).toBe('upstream_error');
  });

  test('a refusal beside odd parts is a refusal, and words are words', () => {
    const odd = [{ functionCall: {} }];
    expect(read([candidate(odd, { finishReason: 'SAFETY' })]).verdict).toBe('refused');
    for (const parts of [
      [],
      [{}],
      [{ text: null }],
      [{ thoughtSignature: 'AAAA' }],
      [{ inlineData: null, text: 'no' }],
    ])
      expect(read([candidate(parts)]).verdict).toBe('words');
  });

  test.each(['IMAGE_OTHER', 'MISSING_THOUGHT_SIGNATURE', 'MAX_TOKENS'])(
    'the reason %s is told beside its message, and beside words',
    (finishReason) => {
      const finished = candidate([], { finishReason, finishMessage: 'Support code: 1234.' });
      for (const document of [finished, candidate([{ text: 'Support code: 1234.' }], { finishReason })]) {
        const { message = '' } = read([document]).error ?? {};
        expect(message).toContain(`the reason ${finishReason}. The model said: Support code: 1234.`);
      }
      expect(read([candidate([{ text: 'no' }])]).error?.message).not.toContain('STOP');
    },
  );
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

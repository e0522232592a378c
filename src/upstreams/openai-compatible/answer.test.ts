import { describe, expect, test } from 'vitest';
import type { GeneratedImage } from '../../journey/image-result.ts';
import { readAnswer, unreadable } from './answer.ts';
import { CollectedAnswer } from './collected-answer.ts';

/** Every base64 is a picture, except one that says that it is none. */
const inspect = (base64: GeneratedImage['base64']): GeneratedImage | undefined =>
  base64.headText(4) === 'NONE'
    ? undefined
    : { base64, mimeType: 'image/png', size: { widthPx: 1, heightPx: 1 } };

function collected(text: string, blockedName?: string): CollectedAnswer {
  const answer = new CollectedAnswer({ inspect, onDraft: undefined, keepsEarlier: false, blockedName });
  answer.open('application/json')(Buffer.from(text));
  answer.end(true);
  return answer;
}
const read = (text: string, phase: 'answered' | 'broken_off' = 'answered', blockedName?: string) =>
  readAnswer(collected(text, blockedName), phase, 0)?.evidence;
const picture = { data: [{ b64_json: 'AAAA' }] };
const event = (document: object): string => `data: ${JSON.stringify(document)}\n\n`;

describe('an answer', () => {
  test.each(['answered', 'broken_off'] as const)(
    'that %s with a picture is one, whatever stands beside it',
    (phase) => {
      for (const more of [{}, { error: { message: 'no' } }, { error: null }])
        expect(read(JSON.stringify({ ...picture, ...more }), phase)).toEqual({
          verdict: 'picture',
          phase,
          fault: undefined,
        });
    },
  );

  test('whose picture was withheld is a refusal, whatever stands in its place', () => {
    const withheld = JSON.stringify({ data: [{ b64_json: 'AAAA', is_safe: false }] });
    expect(read(withheld, 'answered', 'is_safe')).toMatchObject({
      verdict: 'refused',
      phase: 'answered',
      fault: 'caller',
      error: { code: 'moderation_blocked' },
    });
    expect(read(withheld)?.verdict).toBe('picture');
  });

  test('with an error in place of a picture says what that means', () => {
    const error = { error: { message: 'slow', code: 'rate_limit_exceeded' } };
    expect(read(JSON.stringify(error))).toMatchObject({ verdict: 'failed', fault: 'quota' });
  });

  test('of another house names what it is made of', () => {
    expect(read('{"choices":[],"model":"x"}')).toMatchObject({
      verdict: 'failed',
      phase: 'answered',
      fault: 'upstream',
      error: { code: 'upstream_unreadable', message: expect.stringContaining('choices, model') as string },
    });
  });

  test.each([
    [{ image: 'AAAA' }, 'image'],
    [{ b64_json: 5 }, 'b64_json'],
    [{ b64_json: null, url: null, file_path: '/srv/a.png' }, 'file_path'],
    [{ url: ['/a.png'], index: 0 }, 'url'],
    ['AAAA', 'text'],
  ])(
    'with a picture in a place that nobody knows (%j) names it, and is not asked for again',
    (element, name) => {
      const evidence = read(JSON.stringify({ created: 1, data: [element] }));
      expect(evidence).toMatchObject({
        verdict: 'failed',
        phase: 'answered',
        fault: 'upstream',
        error: { code: 'upstream_unreadable', message: expect.stringContaining(name) as string },
      });
      expect(evidence?.error?.message).not.toMatch(/srv|AAAA/);
      expect(evidence?.error?.entry.retryable).toBe(false);
      expect(read(JSON.stringify({ data: [element, ...picture.data] }))?.verdict).toBe('picture');
    },
  );

  test.each([[{}], [null], [{ b64_json: null }], [{ b64_json: null, revised_prompt: 'a fox', index: 0 }]])(
    'with an element that holds nothing (%j) is words',
    (element) => {
      expect(read(JSON.stringify({ data: [element] }))?.verdict).toBe('words');
    },
  );

  test('without a picture and without an error is words, unless it broke off or has events', () => {
    expect(read('{"data":[]}')).toMatchObject({
      verdict: 'words',
      phase: 'answered',
      fault: undefined,
      error: { code: 'no_image_generated' },
    });
    expect(read('{"data":[]}', 'broken_off')).toBeUndefined();
    expect(read(event({ type: 'image_generation.created' }))).toBeUndefined();
    for (const nothing of ['', '{', '{"data":[{"b64_json":"NONE"}]}']) expect(read(nothing)).toBeUndefined();
  });
});

test.each([
  ['a page', '<html>hello</html>', 'place', 'upstream_misconfigured', 'a web page (200)'],
  [
    'a picture that is none',
    '{"data":[{"b64_json":"NONE"}]}',
    'upstream',
    'upstream_error',
    'a picture that cannot be read',
  ],
  ['events that stop', event({ type: 'x' }), 'upstream', 'upstream_error', 'before it was whole'],
  ['no events', 'data: [DONE]\n\n', 'upstream', 'upstream_error', 'an answer that cannot be read'],
  ['half of one', '{"data":[', 'upstream', 'upstream_error', 'an answer that cannot be read'],
])('%s is the upstream’s failure, and says which', (_what, text, fault, code, words) => {
  expect(unreadable(collected(text), 0)).toMatchObject({
    verdict: 'failed',
    fault,
    error: { code, message: expect.stringContaining(words) as string },
  });
});

import { describe, expect, test } from 'vitest';
import { ByteSink } from './byte-sink.ts';

const text = (sink: ByteSink): string => sink.view().toString();

describe('ByteSink', () => {
  test('grows as far as its bound, to the byte, whatever is appended', () => {
    for (const append of [
      (sink: ByteSink) => sink.appendByte(0x61),
      (sink: ByteSink) => sink.append(Buffer.from('xax'), 1, 2),
    ]) {
      const sink = new ByteSink(100, 3);
      for (let count = 0; count < 100; count++) append(sink);
      expect([sink.length, text(sink)]).toEqual([100, 'a'.repeat(100)]);
      expect(() => append(sink)).toThrow(new RangeError('more than 100 bytes of text'));
      expect(sink.length).toBe(100);
    }
  });

  test('what does not fit is refused as a whole', () => {
    const sink = new ByteSink(5, 5);
    sink.append(Buffer.from('abc'), 0, 3);
    expect(() => sink.append(Buffer.from('def'), 0, 3)).toThrow(RangeError);
    expect(text(sink)).toBe('abc');
  });

  test('text of any script is taken as UTF-8', () => {
    const sink = new ByteSink(1000, 1);
    sink.appendText('aé€');
    sink.appendText('\u{1f98a}');
    expect([text(sink), sink.length]).toEqual(['aé€\u{1f98a}', 10]);
  });

  test('cleared or taken it is empty and can be filled again; what was taken stays', () => {
    const sink = new ByteSink(100, 4);
    sink.append(Buffer.from('first'), 0, 5);
    const taken = sink.take();
    expect([sink.length, text(sink)]).toEqual([0, '']);
    sink.append(Buffer.from('other'), 0, 5);
    expect([taken.toString(), text(sink)]).toEqual(['first', 'other']);
    sink.clear();
    expect([sink.length, text(sink)]).toEqual([0, '']);
  });

  test('doubles what it holds, so that bytes that come one by one are not copied each time', () => {
    const sink = new ByteSink(1_000_000, 16);
    const memories = new Set<unknown>();
    for (let count = 0; count < 100_000; count++) {
      sink.appendByte(0x61);
      memories.add(sink.view().buffer);
    }
    expect(memories.size).toBeLessThan(20);
  });
});

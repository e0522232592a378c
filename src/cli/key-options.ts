import { type Command, InvalidArgumentError, Option } from 'commander';
import type { KeyPatch } from '../admin/key-acts.ts';
import type { Limits } from '../journey/limits.ts';
import { limitWords, parseLimits } from './limit-list.ts';
import { parseMoment } from './parse-moment.ts';

/** What a key is made or changed with. */
export interface KeyOptions {
  readonly json?: true;
  readonly project?: string;
  readonly name?: string;
  readonly strict?: boolean;
  readonly limits?: Partial<Limits>;
  readonly models?: readonly string[] | null;
  readonly addresses?: readonly string[] | null;
  readonly expires?: number | null;
  readonly tags?: Readonly<Record<string, string>>;
}

/** How an end is written. */
export const expiryForms = '30d, 2026-12-31 (as that day begins, UTC), a full time, or never';

/** Adds the options of a key's settings. */
export function addKeyOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--limits <limits>',
        `what it may use, as name=value, comma-separated: ${limitWords.join(', ')}`,
      ).argParser(parseLimits),
    )
    .addOption(
      new Option('--models <models>', 'models it may ask for, comma-separated; any for all').argParser(
        readList,
      ),
    )
    .addOption(
      new Option(
        '--addresses <addresses>',
        'addresses and networks it works from, such as 10.0.0.0/8, comma-separated; any for all',
      ).argParser(readList),
    )
    .addOption(new Option('--expires <when>', `when it stops working: ${expiryForms}`).argParser(readExpiry))
    .addOption(new Option('--tags <tags>', 'notes of your own, as team=web,cost=42').argParser(readTags));
}

/** The settings that are named. */
export function keyPatch(options: KeyOptions): KeyPatch {
  const { models, addresses, expires, tags, strict, name, limits } = options;
  return {
    ...(name !== undefined && { name }),
    ...(strict !== undefined && { strict }),
    ...(models !== undefined && { allowedModels: models }),
    ...(addresses !== undefined && { allowedAddresses: addresses }),
    ...(expires !== undefined && { expiresAtMs: expires }),
    ...(tags !== undefined && { tags }),
    ...(limits !== undefined && { limits }),
  };
}

function readList(text: string): readonly string[] | null {
  if (text === 'any') return null;
  const words = text.split(',').map((word) => word.trim());
  if (words.includes('')) throw new InvalidArgumentError('Write names with commas between them, or any.');
  return words;
}

export function readExpiry(text: string): number | null {
  return text === 'never' ? null : parseMoment(text, Date.now());
}

function readTags(text: string): Readonly<Record<string, string>> {
  if (text === 'none') return {};
  return Object.fromEntries(
    text.split(',').map((tag) => {
      const [, name, value] = /^\s*([\w.-]+)=(.*)$/.exec(tag) ?? [];
      if (name === undefined || value === undefined)
        throw new InvalidArgumentError('Write name=value with commas between them, or none.');
      return [name, value];
    }),
  );
}

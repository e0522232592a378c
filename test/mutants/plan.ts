import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { equivalents } from './equivalents.ts';
import { findMutants, type Mutant, mutantOf } from './find-mutants.ts';
import { importDistance } from './import-distance.ts';
import { repository } from './lane.ts';
import { namedGuards } from './named-guards.ts';
import type { Equivalent } from './pixel-equivalents.ts';
import { type Room, rooms } from './rooms.ts';

/** What is to be tried in a room. */
export interface Plan {
  readonly room: Room;
  /** Every mutant there is, equivalent ones apart. */
  readonly found: number;
  readonly equivalent: number;
  readonly sample: readonly Mutant[];
}

export interface PlanOptions {
  /** Below the repository: rooms, folders or files. All rooms when empty. */
  readonly paths: readonly string[];
  readonly perRoom: number;
  readonly seed: string;
}

/** Chooses what to try. Throws Error when a named guard or an equivalent is not in the files any more. */
export function makePlans({ paths, perRoom, seed }: PlanOptions): Plan[] {
  const plans = rooms.flatMap((room) => {
    const all = room.sources.flatMap((source) => sourceFiles(source));
    const files = all.filter((file) => paths.length === 0 || paths.some((path) => isWithin(file, path)));
    if (files.length === 0) return [];
    const isOfRoom = ({ file }: { readonly file: string }): boolean => files.includes(file);
    const found = room.guardsOnly ? [] : files.flatMap((file) => findMutants(file, read(file)));
    const guards = namedGuards.filter(isOfRoom).map(guardMutant);
    const given = equivalents.filter(isOfRoom);
    for (const one of given) if (!found.some((mutant) => isEquivalent(mutant, one))) throw staleEntry(one);
    const real = found.filter((mutant) => !given.some((one) => isEquivalent(mutant, one)));
    const sample = real.toSorted(byChance(seed)).slice(0, perRoom);
    return {
      room,
      found: real.length + guards.length,
      equivalent: found.length - real.length,
      sample: [...guards, ...sample],
    };
  });
  if (plans.length === 0) throw new Error(`No measured room has anything in ${paths.join(', ')}.`);
  return plans;
}

/** A test that reaches a file over no more imports than this speaks of it, and not only of what is built on it. */
const nearImports = 2;

/** Tests in the order they are run: those that notice most likely first, the slow ones last. */
export function testStages(room: Room, file: string): string[][] {
  const beside = file.replace(/\.ts$/, '.test.ts');
  const folders = new Set(
    room.sources.map((source) => (source.endsWith('.ts') ? source.replace(/\/[^/]+$/, '') : source)),
  );
  const own = [...folders].flatMap((folder) => globSync(`${folder}/*.test.ts`, { cwd: repository }));
  const apart = own
    .filter((test) => test !== beside)
    .map((test) => ({ test, distance: importDistance(test, file) }));
  const reaching = apart.filter(({ distance }) => Number.isFinite(distance));
  // What nobody imports is started in a way that is not seen here.
  const others = reaching.length === 0 ? apart : reaching;
  const stages = [
    own.filter((test) => test === beside),
    others.filter(({ distance }) => distance <= nearImports).map(({ test }) => test),
    others.filter(({ distance }) => distance > nearImports).map(({ test }) => test),
    [...room.elsewhere],
  ];
  return stages.filter((stage) => stage.length > 0);
}

export function read(file: string): string {
  return readFileSync(join(repository, file), 'utf8');
}

function sourceFiles(source: string): string[] {
  if (source.endsWith('.ts')) return existsSync(join(repository, source)) ? [source] : [];
  return globSync(`${source}/*.ts`, { cwd: repository })
    .filter((file) => !/\.(?:test|contract)\.ts$/.test(file))
    .toSorted();
}

function isWithin(file: string, path: string): boolean {
  const folder = path.replace(/^\.\//, '').replace(/\/+$/, '');
  return file === folder || file.startsWith(`${folder}/`);
}

function guardMutant({ file, from, to, guarantee }: (typeof namedGuards)[number]): Mutant {
  const text = read(file);
  const start = text.indexOf(from);
  if (start === -1 || text.includes(from, start + 1)) throw new Error(`${file} does not have once: ${from}`);
  return mutantOf(file, text, { start, end: start + from.length, replacement: to }, guarantee);
}

function isEquivalent(mutant: Mutant, { file, line, changes }: Equivalent): boolean {
  return mutant.file === file && mutant.lineText === line && (changes?.includes(mutant.change) ?? true);
}

function staleEntry({ file, line }: Equivalent): Error {
  return new Error(`equivalents.ts lists a change of ${file} that is not there any more: ${line}`);
}

/** An order that looks random, and is the same for the same seed as long as the line stays what it is. */
function byChance(seed: string): (left: Mutant, right: Mutant) => number {
  const rank = ({ file, lineText, change, line }: Mutant): string =>
    createHash('sha256').update(`${seed}\0${file}\0${lineText}\0${change}\0${line}`).digest('hex');
  return (left, right) => (rank(left) < rank(right) ? -1 : 1);
}

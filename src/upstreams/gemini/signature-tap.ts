import { CapturedText } from '../../bytes/captured-text.ts';
import { signatureDigest } from '../../bytes/signature-digest.ts';
import { answersIn } from './answer-shape.ts';

/** Reads beside an answer what its next turn depends on: its first thought signature. */
export class SignatureTap {
  #signature: string | undefined;

  get signature(): string | undefined {
    return this.#signature;
  }

  add(document: unknown): void {
    if (this.#signature !== undefined) return;
    for (const answer of answersIn(document).answers)
      for (const candidate of listOf(answer['candidates']))
        for (const part of listOf(membersOf(membersOf(candidate)['content'])['parts']))
          this.#addSignature(membersOf(part)['thoughtSignature']);
  }

  #addSignature(signature: unknown): void {
    if (this.#signature !== undefined || !(signature instanceof CapturedText)) return;
    this.#signature = signature.characters && signatureDigest(signature.characters);
  }
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

import { isJsonObject, type JsonObject, type JsonValue } from './json-value.ts';
import { type JsonLayout, writeJson } from './json-writer.ts';
import type { ScenarioName } from './scenarios.ts';

/** How a document is spelled; what it says stays the same. */
export interface Spelling {
  readonly compact: boolean;
  readonly escapeBase64: boolean;
  readonly respell: (document: JsonObject) => JsonValue;
}

const snakeCaseNames: Readonly<Record<string, string>> = { inlineData: 'inline_data', mimeType: 'mime_type' };

export function spellingOf(scenario: ScenarioName | undefined): Spelling {
  return {
    compact: scenario === 'compact-json',
    escapeBase64: scenario === 'escaped-base64',
    respell:
      scenario === 'shuffled-keys'
        ? (document) => mapEntries(document, (entries) => entries.toReversed())
        : scenario === 'snake-case-answer'
          ? (document) =>
              mapEntries(document, (entries) =>
                entries.map(([key, value]) => [snakeCaseNames[key] ?? key, value]),
              )
          : (document) => document,
  };
}

export function writeDocument(document: JsonObject, layout: JsonLayout, spelling: Spelling): Buffer[] {
  return writeJson(spelling.respell(document), {
    layout: spelling.compact ? 'compact' : layout,
    escapeBase64: spelling.escapeBase64,
  });
}

type Entries = readonly (readonly [string, JsonValue | undefined])[];

function mapEntries(value: JsonValue, change: (entries: Entries) => Entries): JsonValue {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map((inner) => mapEntries(inner, change));
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).map(
    ([key, inner]) => [key, inner === undefined ? undefined : mapEntries(inner, change)] as const,
  );
  return Object.fromEntries(change(entries));
}

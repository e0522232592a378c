import type { GenerateRequest, RequestContent } from './generate-request.ts';
import { GoogleError } from './google-error.ts';
import { invalidRole } from './vertex-errors.ts';

/** In the order of Google's own message. */
const protoRatios = [
  '1:1',
  '1:4',
  '1:8',
  '2:3',
  '3:2',
  '3:4',
  '4:1',
  '4:3',
  '4:5',
  '5:4',
  '8:1',
  '9:16',
  '16:9',
  '21:9',
];
const textTypes = ['text/plain', 'application/json', 'application/xml', 'application/yaml', 'text/x.enum'];

/**
 * The constraints that hold for every model, checked after parsing and before the model is asked
 * (docs/contracts/gemini.md#validation). Throws one message with a line for each fault.
 */
export function checkConstraints(request: GenerateRequest): void {
  const faults = [...contentFaults(request.contents ?? [])];
  const aspectRatio = request.generationConfig?.imageConfig?.aspectRatio ?? '';
  if (aspectRatio !== '' && !protoRatios.includes(aspectRatio)) {
    const listed = protoRatios.map((ratio) => `'${ratio}'`);
    const last = listed.pop();
    faults.push(
      `generation_config.image_config.aspect_ratio: aspect_ratio must be one of ${listed.join(', ')}, or ${last}.`,
    );
  }
  const mimeType = request.generationConfig?.responseMimeType ?? '';
  if (mimeType !== '' && !textTypes.includes(mimeType)) {
    const listed = textTypes.map((type) => `\`${type}\``);
    const last = listed.pop();
    faults.push(
      `generation_config.response_mime_type: allowed mimetypes are ${listed.join(', ')} and ${last}.`,
    );
  }
  throwFaults(faults);
}

/** The same for the turns alone, as countTokens needs it. */
export function checkContents(contents: readonly RequestContent[]): void {
  throwFaults(contentFaults(contents));
}

/** Vertex wants to know who speaks, always (docs/contracts/gemini.md#vertex). */
export function checkRoles(contents: readonly RequestContent[]): void {
  if (contents.every(({ role }) => role === 'user' || role === 'model')) return;
  throw invalidRole();
}

function throwFaults(faults: readonly string[]): void {
  if (faults.length === 0) return;
  throw new GoogleError(
    'INVALID_ARGUMENT',
    faults.map((fault) => `* GenerateContentRequest.${fault}\n`).join(''),
  );
}

const dataFields = [
  'text',
  'inlineData',
  'fileData',
  'functionCall',
  'functionResponse',
  'executableCode',
  'codeExecutionResult',
  'toolCall',
  'toolResponse',
] as const;

function contentFaults(contents: readonly RequestContent[]): string[] {
  if (contents.length === 0) return ['contents: contents is not specified'];
  return contents.flatMap((content, contentIndex) =>
    (content.parts ?? []).flatMap((part, partIndex) =>
      dataFields.some((field) => part[field] !== undefined)
        ? []
        : [
            `contents[${contentIndex}].parts[${partIndex}].data: required oneof field 'data' must have one initialized field`,
          ],
    ),
  );
}

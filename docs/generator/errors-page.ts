import type { ErrorCode, ErrorEntry } from '../../src/kernel/error-catalogue.ts';
import { generatedNote } from './generated-note.ts';
import { errorsOf, type Step } from './journey-steps.ts';
import { markdownTable } from './markdown-table.ts';

const titles: Readonly<Record<Step, string>> = {
  receive: 'Receiving the request',
  authenticate: 'Who asks',
  read: 'What is asked',
  admit: 'Room for it',
  route: 'Choosing and keeping an upstream',
  ask: 'What the upstream answered',
  finish: 'Finishing the picture',
  keep: 'Stored pictures',
  administer: 'The admin API',
  any: 'Anywhere',
};

/** docs/errors.md: every error a caller can meet. */
export function errorsPage(): string {
  const sections = (Object.keys(titles) as Step[]).map(
    (step) => `## ${titles[step]}\n\n${sectionTable(step)}`,
  );
  return `# Errors

${generatedNote('src/kernel/error-catalogue.ts')}

Every error has OpenAI's shape, all four fields always there:

\`\`\`json
{"error": {"message": "Invalid value for 'image_size': '2K' is not supported by gemini-2.5-flash-image. Supported values: 1K.",
           "type": "invalid_request_error", "param": "image_size", "code": "invalid_value"}}
\`\`\`

\`message\` tells the cure; the status line repeats it for clients that show nothing else. \`param\` is the field as the
caller spelled it. In a stream an error is one \`error\` event with the same object.

Errors that a caller can cure are 4xx, because OpenAI's SDKs retry 408, 409, 429 and 5xx on their own and every retry of a
picture may cost money. Where the same request cannot succeed, such a status carries \`x-should-retry: false\`. Where it can
and the time is known, \`retry-after\` says when.

The first column is the name used in the log and the ledger; a log line with an error leads here by its \`docs_url\`. What to do
when you do not know the name is on [another page](troubleshooting.md).

${sections.join('\n\n')}
`;
}

function sectionTable(step: Step): string {
  return markdownTable(
    ['error', 'status', 'type', 'code', 'again?', 'what it means'],
    errorsOf(step).map(([code, entry]) => errorRow(code, entry)),
  );
}

function errorRow(name: ErrorCode, { status, type, code, retryable, help }: ErrorEntry): string[] {
  return [
    `<a id="${name}"></a>\`${name}\``,
    String(status),
    `\`${type}\``,
    code === null ? 'null' : `\`${code}\``,
    retryable ? 'may help' : 'no',
    help,
  ];
}

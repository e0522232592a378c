import { fieldsOf, maskOf, type Wish } from './wish.ts';

export const languages = ['curl', 'python', 'typescript', 'go'] as const;
export type Language = (typeof languages)[number];

interface Facts {
  readonly root: string;
  readonly fields: Readonly<Record<string, string | number>>;
  readonly files: readonly string[];
  readonly mask: string | undefined;
  readonly saved: string;
}

/**
 * A program that orders the same, with the key left to the environment. Pictures that were sent stand in it as files.
 * `nativeType`: what the model answers with by itself, so that files are named after what is in them.
 */
export function codeFor(
  language: Language,
  wish: Wish,
  count: number,
  { root, nativeType }: { readonly root: string; readonly nativeType: string },
): string {
  const prompt = wish.prompt.toWellFormed();
  const mask = maskOf(wish) && 'mask.png';
  const facts: Facts = {
    root,
    fields: { ...fieldsOf({ ...wish, prompt }), ...(count > 1 && { n: count }) },
    files: wish.references.map(({ blob }, index) => `reference-${index + 1}.${endingOf(blob.type)}`),
    mask,
    saved: endingOf(wish.format !== '' ? wish.format : mask === undefined ? nativeType : 'png'),
  };
  return { curl, python, typescript, go }[language](facts);
}

const endingOf = (type: string): string => type.replace('image/', '').replace('jpeg', 'jpg') || 'png';
const quoted = (value: string | number): string => JSON.stringify(value);
const shell = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

function curl({ root, fields, files, mask, saved }: Facts): string {
  const head = (path: string): string =>
    `curl -sS --fail ${root}/images/${path} \\\n  -H "Authorization: Bearer $OPENAI_API_KEY" \\\n`;
  const decoded =
    fields['n'] === undefined
      ? `base64 -d > picture-1.${saved}`
      : `while read -r text; do number=$((number + 1)); echo "$text" | base64 -d > picture-$number.${saved}; done`;
  const kept = `  | grep -o '"b64_json":"[^"]*"' | cut -d'"' -f4 | ${decoded}\n`;
  if (files.length === 0)
    return `${head('generations')}  -H "Content-Type: application/json" \\\n  -d ${shell(JSON.stringify(fields, undefined, 2))} \\\n${kept}`;
  const parts = [
    ...files.map((name) => `-F 'image[]=@${name}'`),
    ...(mask === undefined ? [] : [`-F mask=@${mask}`]),
    // A text may begin with an @ and still be no file.
    ...Object.entries(fields).map(([name, value]) => `--form-string ${shell(`${name}=${value}`)}`),
  ];
  return `${head('edits')}  ${parts.join(' \\\n  ')} \\\n${kept}`;
}

/** Fields that OpenAI's SDKs have by name; the others travel beside them. */
const known = new Set(['model', 'prompt', 'n', 'output_format', 'output_compression']);

function split(fields: Facts['fields']) {
  const entries = Object.entries(fields);
  return {
    own: entries.filter(([name]) => known.has(name)),
    extra: entries.filter(([name]) => !known.has(name)),
  };
}

function python({ root, fields, files, mask, saved }: Facts): string {
  const { own, extra } = split(fields);
  const isEdit = files.length > 0;
  const lines = [
    ...own.map(([name, value]) => `${name}=${quoted(value)},`),
    ...(isEdit ? [`image=[${files.map((name) => `open(${quoted(name)}, "rb")`).join(', ')}],`] : []),
    ...(mask === undefined ? [] : [`mask=open(${quoted(mask)}, "rb"),`]),
    ...(extra.length > 0 ? [`extra_body=${JSON.stringify(Object.fromEntries(extra))},`] : []),
  ];
  return `import base64
import os

from openai import OpenAI

client = OpenAI(base_url=${quoted(root)}, api_key=os.environ["OPENAI_API_KEY"])
response = client.images.${isEdit ? 'edit' : 'generate'}(
    ${lines.join('\n    ')}
)
for number, picture in enumerate(response.data, 1):
    with open(f"picture-{number}.${saved}", "wb") as file:
        file.write(base64.b64decode(picture.b64_json))
`;
}

function typescript({ root, fields, files, mask, saved }: Facts): string {
  const isEdit = files.length > 0;
  const lines = [
    ...Object.entries(fields).map(
      ([name, value]) => `${name}: ${quoted(value)}${name === 'output_format' ? ' as const' : ''},`,
    ),
    ...(isEdit ? [`image: [${files.map((name) => `createReadStream(${quoted(name)})`).join(', ')}],`] : []),
    ...(mask === undefined ? [] : [`mask: createReadStream(${quoted(mask)}),`]),
  ];
  return `${isEdit ? "import { createReadStream } from 'node:fs';\n" : ''}import { writeFile } from 'node:fs/promises';
import OpenAI from 'openai';

const client = new OpenAI({ baseURL: ${quoted(root)}, apiKey: process.env.OPENAI_API_KEY });
const fields = {
  ${lines.join('\n  ')}
};
const response = await client.images.${isEdit ? 'edit' : 'generate'}(fields);
for (const [index, picture] of (response.data ?? []).entries())
  await writeFile(\`picture-\${index + 1}.${saved}\`, Buffer.from(picture.b64_json ?? '', 'base64'));
`;
}

const goNames: Readonly<Record<string, string>> = {
  model: 'Model',
  prompt: 'Prompt',
  n: 'N',
  output_format: 'OutputFormat',
  output_compression: 'OutputCompression',
};

function go({ root, fields, files, mask, saved }: Facts): string {
  const { own, extra } = split(fields);
  const isEdit = files.length > 0;
  const kind = isEdit ? 'ImageEditParams' : 'ImageGenerateParams';
  const members = own.map(
    ([name, value]) =>
      `${goNames[name]}: ${typeof value === 'number' ? `openai.Int(${value})` : quoted(value)},`,
  );
  const opened = [...files, ...(mask === undefined ? [] : [mask])];
  const variable = (index: number): string => `file${index + 1}`;
  if (isEdit)
    members.push(
      `Image: openai.ImageEditParamsImageUnion{OfFileArray: []io.Reader{${files.map((_name, index) => variable(index)).join(', ')}}},`,
      ...(mask === undefined ? [] : [`Mask: ${variable(files.length)},`]),
    );
  const isExtended = extra.length > 0;
  const imports = ['context', 'encoding/base64', 'fmt', ...(isEdit ? ['io'] : []), 'os'];
  return `package main

import (
${imports.map((name) => `\t${quoted(name)}`).join('\n')}

\t"github.com/openai/openai-go/v3"
\t"github.com/openai/openai-go/v3/option"
)

func main() {
\tclient := openai.NewClient(
\t\toption.WithBaseURL(${quoted(root)}),
\t\toption.WithAPIKey(os.Getenv("OPENAI_API_KEY")),
\t)
${opened.map((name, index) => `\t${variable(index)}, err := os.Open(${quoted(name)})\n\tcheck(err)\n`).join('')}\tparams := openai.${kind}{
${members.map((member) => `\t\t${member}`).join('\n')}
\t}
${isExtended ? `\tparams.SetExtraFields(map[string]any{${extra.map(([name, value]) => `${quoted(name)}: ${quoted(value)}`).join(', ')}})\n` : ''}\tanswer, err := client.Images.${isEdit ? 'Edit' : 'Generate'}(context.Background(), params)
\tcheck(err)
\tfor index, picture := range answer.Data {
\t\tbytes, err := base64.StdEncoding.DecodeString(picture.B64JSON)
\t\tcheck(err)
\t\tcheck(os.WriteFile(fmt.Sprintf("picture-%d.${saved}", index+1), bytes, 0o644))
\t}
}

func check(err error) {
\tif err != nil {
\t\tpanic(err)
\t}
}
`;
}

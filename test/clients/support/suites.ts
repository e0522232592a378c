import { copyFile, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { prepared } from './cache.ts';
import { isInstalled, mustRun } from './command.ts';

/** A program to run and where. */
export interface Launch {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
}

/** One client: how it is installed and started, and how a user points it at Plantain. */
export interface Suite {
  readonly name: string;
  readonly title: string;
  /** For docs/clients.md: how to set the address, in one line of Markdown. */
  readonly setUp: string;
  /** The tool that must be on the machine, and the argument that makes it print its version. */
  readonly needs: readonly [program: string, versionArgument: string];
  /** Installs once, and says what to start. */
  readonly install: () => Promise<Launch>;
}

const here = join(import.meta.dirname, '..');

/** Slowest to install first, so that the others go on beside it. */
export const suites: readonly Suite[] = [
  {
    name: 'async-openai',
    title: 'async-openai 0.43 (Rust)',
    setUp: '`OpenAIConfig::new().with_api_base("http://127.0.0.1:4747/v1").with_api_key(key)`',
    needs: ['cargo', '--version'],
    install: installRust,
  },
  node(
    'genkit',
    'genkit',
    '@genkit-ai/compat-oai 1.42 (Genkit)',
    '`openAI({ apiKey, baseURL: "http://127.0.0.1:4747/v1" })`; `openAI.model("dall-e-3")`',
  ),
  go(
    'openai-go-v1',
    'openai-v1',
    'openai-go 1.12',
    '`option.WithBaseURL("http://127.0.0.1:4747/v1")`; extra fields with `option.WithJSONSet`',
  ),
  go(
    'openai-go-v3',
    'openai-v3',
    'openai-go 3.96',
    '`option.WithBaseURL("http://127.0.0.1:4747/v1")`; extra fields with `option.WithJSONSet`',
  ),
  go(
    'go-openai',
    'go-openai',
    'sashabaranov/go-openai 1.43',
    '`config := openai.DefaultConfig(key); config.BaseURL = "http://127.0.0.1:4747/v1"`',
  ),
  {
    name: 'openai-python',
    title: 'openai 3.57 (Python)',
    setUp:
      '`OpenAI(base_url="http://127.0.0.1:4747/v1", api_key=key)` or `OPENAI_BASE_URL`; extra fields with `extra_body`',
    needs: ['python3', '--version'],
    install: installPython,
  },
  node(
    'openai-node-7',
    'openai-7',
    'openai 7.57 (Node)',
    '`new OpenAI({ baseURL: "http://127.0.0.1:4747/v1", apiKey })` or `OPENAI_BASE_URL`',
    'openai',
  ),
  node(
    'openai-node-6',
    'openai-6',
    'openai 6.49 (Node)',
    '`new OpenAI({ baseURL: "http://127.0.0.1:4747/v1", apiKey })` or `OPENAI_BASE_URL`',
    'openai',
  ),
  node(
    'ai-sdk-7-openai',
    'ai-sdk-7',
    '@ai-sdk/openai 4 (AI SDK 7)',
    '`createOpenAI({ baseURL: "http://127.0.0.1:4747/v1", apiKey }).image(model)`; ratio by `size` or in the model name',
    'ai-sdk-openai',
  ),
  node(
    'ai-sdk-7-compatible',
    'ai-sdk-7',
    '@ai-sdk/openai-compatible 3 (AI SDK 7)',
    '`createOpenAICompatible({ name: "plantain", baseURL: "http://127.0.0.1:4747/v1", apiKey }).imageModel(model)`; extra fields in `providerOptions.plantain`',
    'ai-sdk-compatible',
  ),
  node('ai-sdk-6-openai', 'ai-sdk-6', '@ai-sdk/openai 3 (AI SDK 6)', 'as with AI SDK 7', 'ai-sdk-openai'),
  node(
    'ai-sdk-6-compatible',
    'ai-sdk-6',
    '@ai-sdk/openai-compatible 2 (AI SDK 6)',
    'as with AI SDK 7',
    'ai-sdk-compatible',
  ),
  node(
    'langchain',
    'langchain',
    '@langchain/openai 1.6 (DallEAPIWrapper)',
    '`new DallEAPIWrapper({ apiKey, baseUrl: "http://127.0.0.1:4747/v1" })`',
  ),
  node(
    'tanstack',
    'tanstack',
    '@tanstack/ai-openai 0.23',
    '`createOpenaiImage(model, apiKey, { baseURL: "http://127.0.0.1:4747/v1" })`; extra fields in `modelOptions`',
  ),
  node(
    'xsai',
    'xsai',
    '@xsai/generate-image 0.4',
    '`generateImage({ baseURL: "http://127.0.0.1:4747/v1/", apiKey, model, prompt })`',
  ),
];

function node(name: string, folder: string, title: string, setUp: string, file = folder): Suite {
  return {
    name,
    title,
    setUp,
    needs: ['npm', '--version'],
    install: async () => ({
      program: process.execPath,
      args: [`${file}.ts`],
      cwd: await installNode(folder),
    }),
  };
}

/** The program runs where its packages are, so both lie in the cache. */
export async function installNode(folder: string): Promise<string> {
  const manifests = ['package.json', 'package-lock.json'].map((name) => join(here, 'node', folder, name));
  const directory = await prepared(`node-${folder}`, manifests, async (target) => {
    for (const file of manifests) await copyFile(file, join(target, file.slice(file.lastIndexOf('/') + 1)));
    await mustRun('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'], {
      cwd: target,
    });
  });
  for (const file of await readdir(join(here, 'node', 'suites'))) {
    await copyFile(join(here, 'node', 'suites', file), join(directory, file));
  }
  return directory;
}

function go(name: string, folder: string, title: string, setUp: string): Suite {
  return {
    name,
    title,
    setUp,
    needs: ['go', 'version'],
    install: async () => ({ program: join(await installGo(), folder), args: [], cwd: here }),
  };
}

let goBuild: Promise<string> | undefined;

/** Go keeps its own caches of modules and builds, so building anew is quick and always true. */
function installGo(): Promise<string> {
  goBuild ??= prepared('go', [], async () => {}).then(async (directory) => {
    await mustRun('go', ['build', '-o', directory, './openai-v1', './openai-v3', './go-openai'], {
      cwd: join(here, 'go'),
    });
    return directory;
  });
  return goBuild;
}

async function installPython(): Promise<Launch> {
  const python = await pythonWithOpenAI();
  return { program: python, args: [join(here, 'python', 'suite.py')], cwd: here };
}

/** A Python that has the official SDK. */
export async function pythonWithOpenAI(): Promise<string> {
  const requirements = join(here, 'python', 'requirements.txt');
  const directory = await prepared('python', [requirements], async (target) => {
    await mustRun('python3', ['-m', 'venv', '--clear', target]);
    await mustRun(join(target, 'bin', 'pip'), ['install', '--quiet', '-r', requirements]);
  });
  return join(directory, 'bin', 'python');
}

async function installRust(): Promise<Launch> {
  const directory = await prepared('rust', [], async (target) => {
    await mkdir(target, { recursive: true });
  });
  await mustRun('cargo', ['build', '--locked', '--quiet'], {
    cwd: join(here, 'rust'),
    env: { CARGO_TARGET_DIR: directory },
  });
  return { program: join(directory, 'debug', 'plantain-client-async-openai'), args: [], cwd: here };
}

/** Whether this machine has what a suite needs. */
export function canRun({ needs: [program, versionArgument] }: Suite): Promise<boolean> {
  return isInstalled(program, versionArgument);
}

import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { pythonWithOpenAI } from '../../clients/support/suites.ts';
import { repository } from '../markdown-files.ts';

/** A program of a page as a command for a shell in the clone, which ends where the picture is written. */
export async function snippetCommand(
  language: string,
  text: string,
  clone: string,
): Promise<string | undefined> {
  if (language === 'python') {
    writeFileSync(join(clone, 'snippet.py'), text);
    const python = text.includes('from google') ? pythonWithGenai() : await pythonWithOpenAI();
    return `'${python}' snippet.py`;
  }
  if (language === 'ts') {
    writeFileSync(join(clone, 'snippet.ts'), text);
    return 'node_modules/.bin/node snippet.ts';
  }
  if (language === 'go') {
    const folder = join(clone, 'snippet-go');
    mkdirSync(folder, { recursive: true });
    for (const file of ['go.mod', 'go.sum']) cpSync(join(clone, 'examples/go', file), join(folder, file));
    writeFileSync(join(folder, 'main.go'), text);
    return 'cd snippet-go && go run . && mv otter.* ..';
  }
  // A first line such as `# compose.yaml` or `# values: …` says whose file it is.
  if (language === 'yaml' && !/^# (?!plantain\.yaml)(?:\S+\.ya?ml|values)\b/.test(text)) {
    writeFileSync(join(clone, 'snippet.yaml'), text);
    // What the pages take from the environment.
    return 'TEAM_GEMINI_KEY=anything AWS_ACCESS_KEY_ID=key AWS_SECRET_ACCESS_KEY=secret plantain config check snippet.yaml';
  }
  return undefined;
}

function pythonWithGenai(): string {
  const folder = process.env['PLANTAIN_GENAI_CACHE'] ?? join(homedir(), '.cache/plantain-google-genai');
  const python = join(folder, 'bin/python');
  // The script installs what it tries.
  if (!existsSync(python))
    execFileSync('bash', [join(repository, '.ci/google-genai.sh')], { stdio: 'ignore' });
  return python;
}

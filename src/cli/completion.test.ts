import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { capturedContext } from '../../docs/generator/captured-context.ts';
import { commandTable } from './command-table.ts';
import { runCommandLine } from './run-command-line.ts';

async function scriptFor(shell: string): Promise<string> {
  const context = capturedContext();
  expect(await runCommandLine(['completion', shell], context)).toBe(0);
  return context.out();
}

const bash = await scriptFor('bash');

/** What bash offers for the last of these words. */
function offered(...words: string[]): string[] {
  const program = `${bash}
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _plantain; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const output = execFileSync('bash', ['-c', program, 'bash', ...words], {
    encoding: 'utf8',
    cwd: import.meta.dirname,
  });
  return output.split('\n').filter((word) => word !== '');
}

test('bash completes commands, their options, and the values of those that have a list', () => {
  expect(offered('plantain', '')).toEqual(
    expect.arrayContaining([...commandTable.map(({ name }) => name), '--help', '--version']),
  );
  expect(offered('plantain', 'ke')).toEqual(['keys']);
  expect(offered('plantain', 'keys', '')).toEqual(
    expect.arrayContaining(['create', 'list', 'revoke', 'rotate']),
  );
  expect(offered('plantain', 'keys', 'create', '--na')).toEqual(['--name']);
  expect(offered('plantain', 'generate', 'a fox', '--format', '')).toEqual(['png', 'jpeg', 'webp', 'avif']);
  expect(offered('plantain', 'completion', '')).toEqual(expect.arrayContaining(['bash', 'zsh', 'fish']));
  expect(offered('plantain', 'help', 'us')).toEqual(['usage']);
});

test('bash completes files where an option takes one', () => {
  expect(offered('plantain', 'edit', '-i', 'completion.')).toEqual(['completion.test.ts']);
  expect(offered('plantain', 'serve', '--config', 'completion-s')).toEqual(['completion-scripts.ts']);
});

test.each(['zsh', 'fish'])(
  'the script for %s knows every command and every option that bash knows',
  async (shell) => {
    const script = await scriptFor(shell);
    const known = [...bash.matchAll(/words='([^']*)'/g)].flatMap(([, words = '']) => words.split(' '));
    expect(known.length).toBeGreaterThan(100);
    for (const word of known.filter((name) => name !== '')) {
      const spelled = shell === 'fish' ? word.replace(/^--/, '-l ').replace(/^-(?=\w$)/, '-s ') : word;
      expect(script, word).toContain(spelled);
    }
  },
);

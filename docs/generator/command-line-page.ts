import { commandTable } from '../../src/cli/command-table.ts';
import { exitCodeMeanings } from '../../src/cli/exit-codes.ts';
import { buildProgram, runCommandLine } from '../../src/cli/run-command-line.ts';
import { capturedContext } from './captured-context.ts';
import { generatedNote } from './generated-note.ts';

/** docs/command-line.md: the help of every command. */
export async function commandLinePage(): Promise<string> {
  const sections: string[] = [];
  for (const { name, summary } of commandTable) {
    sections.push(
      `## plantain ${name}`,
      `${summary[0]?.toUpperCase() ?? ''}${summary.slice(1)}.`,
      await helpOf([name]),
    );
    const program = await buildProgram([name], capturedContext());
    const subcommands = program.commands.find((command) => command.name() === name)?.commands ?? [];
    for (const inner of subcommands.map((command) => command.name())) {
      sections.push(`### plantain ${name} ${inner}`, await helpOf([name, inner]));
    }
  }
  return `# The command line

${generatedNote("the commands' own help in src/cli")}

\`plantain <command> --help\` prints what stands here. A failure is one line on standard error that begins with
\`plantain: \`; several problems of a configuration are one line each. Results go to standard output, notes and progress
to standard error, progress only in a terminal. Commands that scripts use have \`--json\`.

Settings have the same names everywhere; [configuration.md](configuration.md) describes them. \`keys\` and \`usage\` work
beside a running server, on the data folder that is named or lies in the working folder. Where neither is so, they find the server
of this user that runs: it leaves a note with its address and folder in \`$XDG_STATE_HOME/plantain\` (\`~/.local/state/plantain\`).
They make no database. \`generate\` and \`edit\` draw in their own process, or through a server that
\`--base-url\` (or \`PLANTAIN_CLIENT_BASE_URL\`, with \`PLANTAIN_CLIENT_KEY\`) names, which need not be Plantain. In their own
process they write into the ledger of the data folder if it is there or named, and otherwise leave nothing but the picture.

## Exit codes

| code | meaning |
|---|---|
${exitCodeMeanings.map(([code, meaning]) => `| ${String(code)} | ${meaning} |`).join('\n')}

\`serve\` and \`emulator\` end with 0 after a stop signal; a second signal ends them at once with 128 and its number.

${sections.join('\n\n')}
`;
}

async function helpOf(words: readonly string[]): Promise<string> {
  const context = capturedContext();
  await runCommandLine([...words, '--help'], context);
  return `\`\`\`text\n${context.out().trim()}\n\`\`\``;
}

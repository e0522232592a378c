import type { Command } from 'commander';
import type { CommandContext } from './command-context.ts';

/** Adds a command with its options and action to the program. `whole`: the program with every command complete. */
export type RegisterCommand = (
  program: Command,
  context: CommandContext,
  whole: () => Promise<Command>,
) => void;

export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  /** Loads the command alone, so that `plantain --help` loads none of them. */
  readonly load: () => Promise<RegisterCommand>;
}

export const commandTable: readonly CommandEntry[] = [
  {
    name: 'serve',
    summary: "serve OpenAI's Images API",
    load: async () => (await import('./serve-command.ts')).registerServeCommand,
  },
  {
    name: 'generate',
    summary: 'draw a picture from a prompt',
    load: async () => (await import('./generate-command.ts')).registerGenerateCommand,
  },
  {
    name: 'edit',
    summary: 'draw a picture from pictures and a prompt',
    load: async () => (await import('./edit-command.ts')).registerEditCommand,
  },
  {
    name: 'models',
    summary: 'list the models, their names, sizes and prices',
    load: async () => (await import('./models-command.ts')).registerModelsCommand,
  },
  {
    name: 'emulator',
    summary: "serve a look-alike of Google's Gemini API, for tests and offline work",
    load: async () => (await import('./emulator-command.ts')).registerEmulatorCommand,
  },
  {
    name: 'keys',
    summary: 'create, list, edit, disable, expire, revoke and rotate API keys',
    load: async () => (await import('./keys-command.ts')).registerKeysCommand,
  },
  {
    name: 'projects',
    summary: 'create, list, edit and archive projects, whose keys share a budget',
    load: async () => (await import('./projects-command.ts')).registerProjectsCommand,
  },
  {
    name: 'limits',
    summary: 'set and show what keys, projects and end users may use',
    load: async () => (await import('./limits-command.ts')).registerLimitsCommand,
  },
  {
    name: 'credits',
    summary: 'give money back to a budget by hand, with a reason',
    load: async () => (await import('./credits-command.ts')).registerCreditsCommand,
  },
  {
    name: 'audit',
    summary: 'show who changed keys, projects, limits, upstreams and the configuration',
    load: async () => (await import('./audit-command.ts')).registerAuditCommand,
  },
  {
    name: 'webhooks',
    summary: 'show and test the receivers that are told of budgets',
    load: async () => (await import('./webhooks-command.ts')).registerWebhooksCommand,
  },
  {
    name: 'usage',
    summary: 'show pictures, tokens and cost by key, model, day and more',
    load: async () => (await import('./usage-command.ts')).registerUsageCommand,
  },
  {
    name: 'orders',
    summary: 'list and export orders, and show what became of one, call by call',
    load: async () => (await import('./orders-command.ts')).registerOrdersCommand,
  },
  {
    name: 'ledger',
    summary: 'settle orders of which nobody knows what became',
    load: async () => (await import('./ledger-command.ts')).registerLedgerCommand,
  },
  {
    name: 'reconcile',
    summary: "compare a month of Google's bill with the ledger",
    load: async () => (await import('./reconcile-command.ts')).registerReconcileCommand,
  },
  {
    name: 'upstreams',
    summary: 'show the upstreams of a running server, test, drain, restore and reset them',
    load: async () => (await import('./upstreams-command.ts')).registerUpstreamsCommand,
  },
  {
    name: 'sessions',
    summary: 'show the browsers that are signed in at the console, and sign them out',
    load: async () => (await import('./sessions-command.ts')).registerSessionsCommand,
  },
  {
    name: 'reload',
    summary: 'have a running server read its configuration again',
    load: async () => (await import('./reload-command.ts')).registerReloadCommand,
  },
  {
    name: 'admin',
    summary: 'print the admin secret',
    load: async () => (await import('./admin-command.ts')).registerAdminCommand,
  },
  {
    name: 'init',
    summary: 'write a plantain.yaml to start from',
    load: async () => (await import('./init-command.ts')).registerInitCommand,
  },
  {
    name: 'config',
    summary: 'show every setting and where its value comes from',
    load: async () => (await import('./config-command.ts')).registerConfigCommand,
  },
  {
    name: 'migrate',
    summary: 'bring the database up to this version',
    load: async () => (await import('./migrate-command.ts')).registerMigrateCommand,
  },
  {
    name: 'migrate-to',
    summary: 'move keys, limits and the ledger from the data folder to PostgreSQL',
    load: async () => (await import('./migrate-to-command.ts')).registerMigrateToCommand,
  },
  {
    name: 'backup',
    summary: 'save keys, ledger and secrets in one file, also while the server runs',
    load: async () => (await import('./backup-command.ts')).registerBackupCommand,
  },
  {
    name: 'restore',
    summary: 'make a data folder out of a backup',
    load: async () => (await import('./restore-command.ts')).registerRestoreCommand,
  },
  {
    name: 'health',
    summary: 'ask the server of this configuration whether it is alive',
    load: async () => (await import('./health-command.ts')).registerHealthCommand,
  },
  {
    name: 'doctor',
    summary: 'check that this machine is ready to serve',
    load: async () => (await import('./doctor-command.ts')).registerDoctorCommand,
  },
  {
    name: 'completion',
    summary: 'print completion for bash, zsh or fish',
    load: async () => (await import('./completion-command.ts')).registerCompletionCommand,
  },
];

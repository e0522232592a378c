/**
 * The commands of the pages that are not run when the pages are followed (`.ci/readme.sh`), and why; everything else is
 * run. A `*` at the end stands for the rest of the line.
 */
export const notRun: readonly (readonly [command: string, reason: string])[] = [
  ['npm ci && npm test', 'the first step of .ci/run'],
  ['npm test', 'the first step of .ci/run'],
  ['npm run check', 'a step of .ci/run'],
  ['npm run clients', 'a step of .ci/run'],
  ['npm run fuzz', 'a step of .ci/run with fewer inputs'],
  ['npm run test:console', 'a step of .ci/run'],
  ['npm run test:site', 'a step of .ci/run'],
  ['npm run docs:site*', 'a part of npm run test:site, a step of .ci/run'],
  ['node test/clients/examples.ts', 'a step of .ci/run'],
  ['bash test/package/install.sh', 'a step of .ci/run'],
  ['bash deploy/debian/build-deb.sh', 'test/debian/check.sh runs it'],
  ['sudo apt*', 'test/debian/check.sh installs the package into a Debian of its own'],
  ['sudo systemctl *', 'takes systemd'],
  ['sudo plantain keys create *', 'takes the installed package'],
  ['bash .ci/readme.sh', 'what follows the pages'],
  ['npm run bench -- --quick', 'a step of .ci/run, where it is alone on the machine'],
  ['npm run bench*', 'measures for minutes, alone on a machine'],
  ['npm run chaos -- *', 'takes minutes to hours, and root'],
  ['eval "$(plantain completion zsh)"', 'takes zsh'],
  ['npm run mutants*', 'takes minutes a room'],
  ['GEMINI_API_KEY=<your key> *', "takes a key of Google's, and pictures that cost money"],
  ['GEMINI_API_KEY=... *', "takes a key of Google's, and pictures that cost money"],
  [
    'npm ci',
    'takes away the packages of the server that runs; it was run at the beginning, before `npm start`',
  ],
  [
    'sudo nginx -t && sudo systemctl reload nginx',
    'takes systemd; behind-nginx.ts runs the block in its own nginx',
  ],
  ['curl -i https://images.example.com/readyz', 'the name is an example; behind-nginx.ts asks its own nginx'],
  ['plantain reload --base-url http://10.0.0.7:4747', 'the address is an example'],
  ['plantain migrate-to *', 'takes a PostgreSQL; test/journey/move-to-postgres.test.ts runs it'],
  [
    'plantain restore plantain.tar --force',
    'is refused beside the server that runs; src/cli/backup-command.test.ts runs it',
  ],
  ['plantain webhooks test', 'takes a receiver; src/cli/webhooks-command.test.ts runs it'],
  [
    'plantain webhooks enable finance',
    'takes a receiver that was disabled; src/cli/webhooks-command.test.ts runs it',
  ],
  ['node out/main.js --version', 'takes Node.js 24 as `node`; the Debian package and the image run it'],
  ['plantain health*', 'the server that runs has any free port; src/cli/health-command.test.ts runs it'],
  ['plantain reconcile *', "takes a bill of Google's; src/cli/reconcile-command.test.ts runs it"],
  [
    'plantain ledger settle *',
    'takes an order whose server was killed; src/cli/ledger-command.test.ts runs it',
  ],
  ['helm *', 'takes a cluster; test/helm renders the chart'],
  ['kubectl *', 'takes a cluster'],
  ['plantain projects archive shop', 'the examples that follow are of this project'],
  ['echo "A fox" | plantain generate - -o - | display', 'takes a screen'],
  ['podman *', 'takes podman and base images; test/container/run.ts builds and runs the image'],
  ['docker compose *', 'takes docker and images; test/container/run.ts runs the files with podman-compose'],
  ['sh deploy/compose/make-secrets.sh', 'test/container/run.ts runs it'],
  ['sudo chown -R 65532:65532 /srv/plantain', 'the folder is an example; test/container/run.ts has one'],
  ["curl -H 'x-emulator-scenario: image-safety' ...", 'no whole command'],
];

/** Why a command is not run; undefined for one that is. */
export function reasonNotToRun(command: string): string | undefined {
  return notRun.find(([pattern]) => matches(pattern, command))?.[1];
}

export function matches(pattern: string, command: string): boolean {
  return pattern.endsWith('*') ? command.startsWith(pattern.slice(0, -1)) : command === pattern;
}

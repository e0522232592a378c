import path from 'node:path';
import { readVariables } from './config-environment.ts';
import { ConfigError } from './config-error.ts';
import { type ConfigText, readConfigText } from './config-text.ts';
import { findConfigFile } from './find-config-file.ts';
import { listenSettings } from './listen-settings.ts';
import type { ConfigSources } from './load-config.ts';
import { joined, unreadable } from './setting-path.ts';
import { strongestReadings } from './strongest-readings.ts';

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

const { host, port } = listenSettings;
const settings = [host, port];

/**
 * Where the server of these sources listens, as `loadConfig` finds it, in a fraction of its time. What is wrong elsewhere
 * is no matter here: a running server keeps the configuration that it had. Throws ConfigError.
 */
export function loadListenAddress({
  flags = {},
  env = process.env,
  cwd = process.cwd(),
}: ConfigSources): ListenAddress {
  const shownName = findConfigFile(flags.config, env, cwd);
  const file =
    shownName === undefined ? undefined : readConfigText(path.resolve(cwd, shownName), shownName, env);
  const tree = file === undefined ? {} : listenValues(file);
  const { readings, problems } = strongestReadings(settings, {
    file: {
      tree,
      placeOf: (at) => file?.lineAt(file.lines.get(joined(at))) ?? '',
      borrowed: file?.borrowed ?? new Set(),
    },
    variables: readVariables(settings, env, cwd).values,
    flags,
    faultsOf: ({ reader: { expected, read } }, input) =>
      read(input) === undefined ? [{ path: [], input, message: `must be ${expected}` }] : [],
    spell: joined,
    isSecret: () => false,
  });
  const isUnreadable = file?.content === undefined || Object.values(tree).includes(unreadable);
  const found = isUnreadable ? [...(file?.problems ?? []), ...problems] : problems;
  if (found.length > 0) throw new ConfigError(found);
  return {
    host: host.reader.read(readings.get(host.id)?.raw) ?? host.whenAbsent,
    port: port.reader.read(readings.get(port.id)?.raw) ?? port.whenAbsent,
  };
}

/** As the file gives them; nothing counts as absent. */
function listenValues({ content = {} }: ConfigText): Readonly<Record<string, unknown>> {
  return Object.fromEntries(settings.map(({ id, name }) => [id, content[name] ?? undefined]));
}

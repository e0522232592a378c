import { section } from './settings.ts';
import { adminSecret, keyNames, socketAddress } from './value-kinds.ts';

/** Who may read the metrics, and what is counted beyond the rest. */
export const metricsSection = () =>
  section({
    listen: socketAddress().optional().meta({
      description:
        'Address of its own for `/metrics`, such as 127.0.0.1:9464, without a token: for a network that only your monitoring reaches.',
      defaultText: 'none: no metrics there',
    }),
    token: adminSecret().optional().meta({
      description:
        'What `/metrics` on the main address is read with, as `Authorization: Bearer …`. Without it the path is not there.',
      defaultText: 'none: no metrics there',
      secret: true,
    }),
    perKey: keyNames(50).default([]).meta({
      description: 'Names of keys whose cost is a metric of its own, at most 50.',
      defaultText: 'none',
    }),
  });

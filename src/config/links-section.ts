import { hoursOfLinks } from './derived-defaults.ts';
import { section } from './settings.ts';
import { duration, linkSecret, yesOrNo } from './value-kinds.ts';

/** Links to stored pictures. */
export const linksSection = () =>
  section({
    ttlMinutes: duration('min', 1, 525_600)
      .default(60)
      .describe('How long a link to a stored picture works.'),
    retentionHours: duration('h', 1, 87_600).meta({
      description: 'How long stored pictures are kept. At least as long as their links work.',
      derive: (numberOf) => Math.max(24, hoursOfLinks(numberOf('links.ttlMinutes'))),
      defaultText: '1d, or as long as links work',
    }),
    secret: linkSecret().optional().meta({
      description:
        'What signs links to pictures. Servers behind one address need the same one; another one ends every link given out.',
      defaultText: 'made with the first link, in the data folder',
      secret: true,
    }),
    presigned: yesOrNo()
      .default(false)
      .describe(
        'Let links lead straight to the S3 server (`storage.kind: s3`) in place of through this one.',
      ),
  });

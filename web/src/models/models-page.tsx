import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { modelsQuery } from '../api/queries.ts';
import { Page } from '../shell/page.tsx';
import { Problem } from '../ui/problem.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { namesakeOf } from '../words/model-title.ts';
import { modelWords } from '../words/model-words.ts';
import { addWords, say } from '../words/say.ts';
import { ModelCard } from './model-card.tsx';
import './models.css';

addWords(modelWords);

/** What can be drawn with, and for how much. */
export function ModelsPage(): ReactNode {
  const { data, error, refetch } = useQuery(modelsQuery);
  return (
    <Page title={say('models.title')}>
      <p className="quiet">{say('models.lead')}</p>
      {error !== null && <Problem error={error} retry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton blockSize="24rem" />}
      <div className="models">
        {data?.data.map((model) => (
          <ModelCard key={model.id} model={model} namesake={namesakeOf(model, data.data)} />
        ))}
      </div>
    </Page>
  );
}

import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { modelsQuery } from '../api/queries.ts';
import type { Model } from '../api/types.ts';
import { Page } from '../shell/page.tsx';
import { Problem } from '../ui/problem.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { callersName } from '../words/model-title.ts';
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

/** Another model that answers to this one's name, as callers write it: the family's youngest may be called like it. */
function namesakeOf({ id, display_name: name }: Model, models: readonly Model[]): Model | undefined {
  return models.find((one) => one.id !== id && one.names.includes(callersName(name)));
}

import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { say } from '../words/say.ts';

export function NotFound(): ReactNode {
  return (
    <main className="page" id="content">
      <h1>{say('app.notFound')}</h1>
      <Link to="/orders">{say('app.toOrders')}</Link>
    </main>
  );
}

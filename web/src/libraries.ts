/** What others wrote, run by main.tsx before what is ours: together they would keep a slow browser too long. */
export { QueryClient } from '@tanstack/react-query';
export { createRouter } from '@tanstack/react-router';
export { createRoot } from 'react-dom/client';

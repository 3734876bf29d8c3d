import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { followTheme } from '../preferences/index.ts';
import '../looks/index.ts';
import { App } from './app.tsx';

const element = document.querySelector('#app');
if (element === null) throw new TypeError('the page has no place for the console');
followTheme();
createRoot(element).render(
  <StrictMode>
    <App />
  </StrictMode>,
);

import { createRoot } from 'react-dom/client';
import { Router } from 'wouter';
import '../looks/index.ts';
import { Gallery } from './gallery.tsx';
import './gallery.css';

const element = document.querySelector('#app');
if (element === null) throw new TypeError('the page has no place for the gallery');
createRoot(element).render(
  <Router base="/console">
    <Gallery />
  </Router>,
);

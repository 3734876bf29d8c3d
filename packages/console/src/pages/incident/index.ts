export { IncidentPage } from './incident-page.tsx';

export { createHealth, type Health, type HealthOptions, type Vitals } from './health.ts';

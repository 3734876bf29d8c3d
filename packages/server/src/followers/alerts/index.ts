export { type Alerts, type AlertsOptions, type AlertsStatus, createAlerts } from './alerts.ts';

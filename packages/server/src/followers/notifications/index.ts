export { createNotifications, type Notifications, type NotificationsStatus } from './notifications.ts';
export type { Act, Acted, NotificationsOptions } from './ports.ts';

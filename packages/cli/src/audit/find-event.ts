import type { ApiClient, EventDetail } from '@keywitness/api';
import { Failure } from '../failure.ts';

const indexText = /^(0|[1-9][0-9]{0,15})$/;
const eventIdText = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** How commands name an event; shown in their help. */
export const eventArgument = 'id of an event, or its index in the log';

/** The id of an event that is named by its id or by its index in the log. */
async function findEventId(client: ApiClient, name: string): Promise<string> {
  if (eventIdText.test(name)) return name.toLowerCase();
  if (!indexText.test(name)) {
    throw new Failure('usage', `\`${name}\` is neither the id of an event nor an index in the log`);
  }
  const index = Number(name);
  const after = index === 0 ? {} : { cursor: String(index - 1) };
  const { events } = await client.listEventsPage({ order: 'oldest', limit: 1, ...after });
  const [found] = events;
  if (found?.index === index) return found.event.id;
  throw new Failure('refused', `there is no event at index \`${name}\``);
}

/** An event that is named by its id or by its index in the log. */
export async function findEvent(client: ApiClient, name: string): Promise<EventDetail> {
  return client.getEvent(await findEventId(client, name));
}

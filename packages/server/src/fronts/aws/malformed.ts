/**
 * A body that is not what the protocol says: AWS answers `SerializationException`. The message, in AWS's words, names
 * types and never values, so it can hold no secret (G8); it is empty where AWS says nothing.
 */
export class MalformedRequest extends Error {
  readonly code = 'SerializationException';

  constructor(message: string) {
    super(message);
    this.name = 'MalformedRequest';
  }
}

/** A value of the wrong type where a text, number, boolean or blob was expected. */
export function cannotConvert(value: unknown, wanted: string): MalformedRequest {
  if (Array.isArray(value)) return new MalformedRequest('Start of list found where not expected');
  switch (typeof value) {
    case 'string':
      return new MalformedRequest(`STRING_VALUE can not be converted to ${wanted}`);
    case 'number':
      return new MalformedRequest(`NUMBER_VALUE can not be converted to ${wanted}`);
    case 'boolean':
      return new MalformedRequest(
        `${value ? 'TRUE_VALUE' : 'FALSE_VALUE'} can not be converted to ${wanted}`,
      );
    default:
      return new MalformedRequest('Start of structure or map found where not expected.');
  }
}

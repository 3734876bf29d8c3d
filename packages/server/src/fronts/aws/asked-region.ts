import type { Place } from '../../core/operations/index.ts';
import type { HttpRequest } from '../http/index.ts';
import type { SignatureVerdict } from '../sigv4/index.ts';

/**
 * The request with the Region that it is for: the one of its signature's scope. Whoever is told by a client certificate
 * signs nothing, and asks the first Region; so do IAM's clients, which sign for a Region that may be none here.
 */
export function inAskedRegion(request: HttpRequest, verdict: SignatureVerdict, place: Place): HttpRequest {
  const region = verdict.kind === 'verified' ? verdict.scope.region : place.region;
  if (region === place.region || place.regions?.includes(region) !== true) return request;
  const { attempt } = request;
  return { ...request, attempt: { ...attempt, protocol: { ...attempt.protocol, region } } };
}

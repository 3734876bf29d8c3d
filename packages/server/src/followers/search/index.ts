export { SearchError, type SearchErrorCode } from './errors.ts';
export { createSearch, type Search, type SearchOptions, type SearchStatus } from './search.ts';

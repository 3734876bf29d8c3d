export {
  asBoolean,
  asInteger,
  asList,
  asMap,
  asNumber,
  asText,
  asTexts,
  asWord,
  type DocumentNode,
  type MapNode,
  onlyMembers,
  required,
  type ScalarNode,
  textUnitsMax,
} from './node.ts';
export { readDocuments } from './read-documents.ts';

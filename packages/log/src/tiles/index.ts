export {
  bundleEntriesMax,
  decodeEntries,
  encodeEntries,
  type EntrySpans,
  entryBytesMax,
  scanEntries,
} from './entries.ts';
export { fetchTile, type LogFetch } from './fetch-tile.ts';
export { GrowingTree, type LogFile, type RestoreOptions } from './growing-tree.ts';
export { HashTile } from './hash-tile.ts';
export { parseTilePath, type TileLevel, type TileName, tilePath, tileWidth, tileWidthMax } from './path.ts';
export { tileHashReader, type TileHashReaderOptions } from './tile-hash-reader.ts';
export { TileStack } from './tile-stack.ts';

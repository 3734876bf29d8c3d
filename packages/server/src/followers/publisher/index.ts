export { nodeFileOperations } from './file-operations.ts';
export { createPublisher, type Publisher, type PublisherOptions } from './publisher.ts';

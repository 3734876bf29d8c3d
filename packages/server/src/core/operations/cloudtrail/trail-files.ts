import { trailOf } from '../../audit/index.ts';
import { clip } from '../event-builder.ts';
import type { Operation } from '../operation.ts';
import { authorizeTrail } from './read-trail.ts';

/** `GetBucketLocation` of the trail's bucket. */
export const readTrailBucket: Operation = {
  name: 'GetBucketLocation',
  action: 'trail.read-location',
  run(attempt) {
    authorizeTrail(attempt, 's3:GetBucketLocation', bucketArn(trailOf(attempt.place).bucket), {});
    return {};
  },
};

/** `ListObjects`, and its second version: the names of the trail's files. */
export const listTrailFiles: Operation = {
  name: 'ListObjects',
  action: 'trail.list-files',
  run(attempt, params) {
    const prefix = params.optionalText('prefix');
    const after = params.optionalText('after');
    authorizeTrail(attempt, 's3:ListBucket', bucketArn(trailOf(attempt.place).bucket), {
      prefix: prefix === undefined ? undefined : clip(prefix),
      after: after === undefined ? undefined : clip(after),
    });
    return {};
  },
};

/** `GetObject` and `HeadObject`: one of the trail's files. */
export const readTrailFile: Operation = {
  name: 'GetObject',
  action: 'trail.read-file',
  run(attempt, params) {
    const path = clip(params.text('path'));
    authorizeTrail(attempt, 's3:GetObject', `${bucketArn(trailOf(attempt.place).bucket)}/${path}`, { path });
    return {};
  },
};

function bucketArn(bucket: string): string {
  return `arn:aws:s3:::${bucket}`;
}

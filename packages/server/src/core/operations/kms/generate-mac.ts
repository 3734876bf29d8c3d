import type { Operation } from '../operation.ts';
import { askAlgorithm } from './key-material.ts';
import { keyForMac } from './macs.ts';
import { endDryRun } from './request-members.ts';

/** `GenerateMac`: of a message of at most 4,096 bytes. Neither it nor the code is in the record. */
export const generateMac: Operation = {
  name: 'GenerateMac',
  action: 'key.generate-mac',
  run(attempt, params) {
    const { algorithm, key, macs } = keyForMac(attempt, params, 'GenerateMac');
    const mac = askAlgorithm(() => macs.generateMac(algorithm, params.bytes('message')));
    endDryRun(params, mac);
    return { keyId: key.record.arn, mac, macAlgorithm: algorithm };
  },
};

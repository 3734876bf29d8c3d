/** The version of OCSF's schema that all renderings are of. */
export const OCSF_VERSION = '1.5.0';

/** Who made the record. */
export const OCSF_PRODUCT = { name: 'Keywitness', vendor_name: 'Keywitness' } as const;

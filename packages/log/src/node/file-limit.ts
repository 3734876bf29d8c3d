/** Larger than a full bundle of the longest entries: what is longer is no file of a log. */
export const fileBytesMax: number = 20 * 1024 * 1024;

/** Has the browser save a file that this page made. */
export function saveFile(name: string, type: string, content: string | Uint8Array<ArrayBuffer>): void {
  const address = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The download has begun, or never will.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

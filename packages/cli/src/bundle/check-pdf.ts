import type { EvidenceVerdict } from '@keywitness/log';

/**
 * What the PDF of a bundle is worth. `other` for one that says of itself that another version has made it: it may be
 * right, and nothing shows it.
 */
export type PdfVerdict = 'absent' | 'same' | 'other' | 'refused';

const layoutPattern = /^\((Keywitness evidence report, layout \d{1,9})\)$/gm;

/** Makes the PDF of a bundle again, and compares. */
export async function checkPdf({
  report,
  pdf,
}: Pick<Extract<EvidenceVerdict, { ok: true }>, 'report' | 'pdf'>): Promise<PdfVerdict> {
  if (pdf === undefined) return 'absent';
  const { pdfLayout, reportPdf } = await import('../pdf/index.ts');
  if (Buffer.compare(await reportPdf(report), pdf) === 0) return 'same';
  const layouts = [...Buffer.from(pdf).toString('latin1').matchAll(layoutPattern)].map(
    ([, layout]) => layout,
  );
  return layouts.length === 1 && layouts[0] !== pdfLayout ? 'other' : 'refused';
}

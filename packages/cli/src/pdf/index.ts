export { pdfLayout, reportPdf } from './report-pdf.ts';

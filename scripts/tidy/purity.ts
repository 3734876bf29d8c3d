import { serverPlace } from './layout.ts';
import { type Finding, isCode, isTest, type SourceFile } from './source.ts';
import { syntaxOf } from './syntax.ts';

/** What core is handed instead of taking it: the clock, entropy, settings, timers, the network, the terminal. */
const impureInCore =
  /^(Date\.now|new Date\(\)|Date\(\)|performance\.now|Math\.random|process\.\w+|console\.\w+|fetch\(\)|set(Timeout|Interval|Immediate)\(\))$/;

/** The global Web Crypto object would be a way around `core/crypto`. */
const webCrypto = /^crypto\.(subtle|getRandomValues|randomUUID)$/;

/**
 * The private CA of `tls-self-signed` signs one certificate and is forgotten. Its key is none of the service's, and the
 * X.509 library takes Web Crypto keys only.
 */
const webCryptoException = 'packages/server/src/main/self-signed.ts';

/** core has no clock, randomness or environment of its own, and nobody but `core/crypto` does cryptography. */
export function checkPurity(files: readonly SourceFile[]): readonly Finding[] {
  return files
    .filter((file) => isCode(file.path) && !isTest(file.path))
    .flatMap((file) => {
      const place = serverPlace(file.path);
      return place === undefined
        ? []
        : syntaxOf(file).globals.flatMap(({ name, line }): readonly Finding[] => {
            if (place.ring === 'core' && impureInCore.test(name)) {
              return [
                {
                  path: file.path,
                  line,
                  message: `core is handed what it needs; it must not use \`${name}\``,
                },
              ];
            }
            const mayUseWebCrypto = place.module === 'core/crypto' || file.path === webCryptoException;
            return webCrypto.test(name) && !mayUseWebCrypto
              ? [
                  {
                    path: file.path,
                    line,
                    message: `only \`core/crypto\` does cryptography, not \`${name}\``,
                  },
                ]
              : [];
          });
    });
}

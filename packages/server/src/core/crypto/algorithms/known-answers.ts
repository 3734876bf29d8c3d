// Known answers for the start-up self tests. Those with a source are of a standard; the others were made here and agree
// with `openssl` and noble, as the tests show. The keys protect nothing. Bytes are in hexadecimal, or say what they are in.

/** An RSA key of 2048 bits, and what it makes of `abc` with fixed salts. */
export const RSA_ANSWER = {
  /** PKCS #8, base64. */
  key: `
MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQDHQNs56lM31RqcgqNI6gqIYtNUbDsAJEyYEQqMbR6jomdAEiZL
2vddLaG3BRo2C12ij48WwVdT4tUazzzNjmZsyAx47Y6a7oiiyE/WBbYbVj/cGimeb4qKt8cteZ7S2P7m4yMC2Rl/Hb2t1Qwud9ZX
ag3MbW8TAixVOlbFmSrB9G8Xt4LaeLDtjRmiGlw9muR031s3daCL2a8tg+XIgP4fv1nd/7CklGCTk4yppqNezanXR5LQq7u9NBNw
0Jp+raPQWgxgZLhiH0dI6cmz9DoQbEEV7Ge6ZotC2UsvZDpScMSi1Ttvf9wiyiy2MNa22lax9kA9POMGh7WKgZ02TRYVAgMBAAEC
ggEAA1vJK4gS8Fqmi4N63nHDd6+4FtuJgGPG6WaazOnR8w7REA1o7oJkWle4kBiFQT/zy20BYRrP2Vl2H3DleiQvqcm9cWm1APuK
+2Nw+mSM60JgP9ouYBNKkd1YfXW9WER8F3GLV4hH8RKT7egsv7kZYyPQfmT3KFTdtm9jTbVajnuuodgiPpQ45Hs/Dku4W0J7nHVx
O1te+QTtJ/yXaNuC/pDwHkAhqREaB+UpSXGDZ2zOVm7qi2BhCePgF8a2llC1yGfLFOVJ8e3lTKBc4guj7z1xzt7iNm4xbVtwo4x5
cPiSD7bhO9nhgqemNzX4APOKX6R/+aDm1pOTctuQMnt5QQKBgQD2XfgNOrHVKtFqBs0CMAJG8JWLThvDivoBoolsKmTNFM/fWjn9
ggD0PMCV1o3cs6aoFiYMS0ggjZiybN/YIM6CrJODjn/H2ALjxqCv1MWZST9+89YAYWRDp0xyen9QwEvEhZI2CsddIbFR3KOwLorB
lHhY7mkSVEDT1VCMlD8K6QKBgQDPC0x+a3LvX4O2DA8X2zC/Ihf7S1D7Ciq46yIqfSS5Ir5YQAuNeCUDXBwTa7U9GqZd2xrPYBiU
U2SJa2unZoggG9cHp/CkFzPleT+i0LFWG11WET3bsAz5EsZR6VHB1uR9p1FS74JC74ZYaQkVeqqVJmeXGD3YisjOmrFceuOeTQKB
gDhoKWv1/VNeG1ZYOkX+8faGDOc5OfgacMVBDo+6YRvnYPS1dsOJKWjCJCHqXs6iP00KzSlRbzEs2kI31URptn6KvreHP9Bkr7yw
9IdtgtRmxefuMhgiNE+dFU68pzu422AiaOiArUaweSXSC5RCA7jwomFSLLJqofEeTPPy2UBJAoGASYIVcnzrnZknxiaZ5TppIDMW
mJ2w7rA5YtX4l2U++IwhUGvMrjmNypeVUD/ZZQxlLMVxy1au41qIQ1HkMtbwVZYMzicOBPRH9J0Lvt6hV5T3mmscrzbeJEBKMSLJ
aCzHiuUwtmVatjEcXZ9NHlci4Tl1ZeuxaYQ8rz204sSus7ECgYEAurqqCwPn7j+XDjztgYwbxMQX436gBFFAPi+Q4N5cSdoX96By
ZZ9WptDBG1nPum2bq4NZC7onMV8AMLdJVxKPNjjGcNkEQsqkNvg8o0T6gilPdwCpEAdTCRrjBTM/uYClMu/zORxWrknTen3KKtyl
24Yu8U5aSrYpRSVGgAatBZg=`,
  /** SHA-256 of the signatures. */
  pkcs1: 'e8bfd7893cf701b9b517a044f48e3f1bb259341de92983b1796d91eb6f91c5fa',
  pss: '20f29b3394796822204abcddee9a8f97982241369da66767c46b332533a085b5',
  /** Base64. */
  oaep: `
RVd7/h7nMKofk+tvzl4ESbr9CovJjnsj4EcHwzcBGARFx8UbzwAxhlQrmgn7oLVXyV0jNCFgxaheQZzaapD5QmkfBFXrRJ3InXHf
GB58rmUhT6OuLt/+6rvY/fYIFjyauF1ZcYfdrr8CrovFwiZvrAqkEUwOO3qxt/RaIUe/j691dTfO18cyWn/gXwh/USBE5Z57ULlj
I6XfGdF1BrXXPlrV0DhbSLy+y4NAq5NLxF6U1tGU0TlIo45J7lR9LQS910/6ZkPrQT6tVyL5nwLoTGeS6Ronba97eSjqA+PH9vY5
fYReTd/Ez/7BZ54YUFvakEEFnP5Gowf/JWSAuBSalg==`,
} as const;

/** RFC 6979, A.2.5, `sample`; and the key's secret with itself. */
export const P256_ANSWER = {
  key: '308187020100301306072a8648ce3d020106082a8648ce3d030107046d306b0201010420c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721a1440342000460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb67903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299',
  signature:
    '3046022100efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716022100f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8',
  agreed: '2388ee990c93c4bb757203225b7786d69950d2f0de43cdf23dc71f5efaa169c8',
} as const;

/** RFC 8032, 7.3: Ed25519ph of `abc`, and Ed25519 of nothing. */
export const ED25519_ANSWER = {
  key: '302e020100300506032b657004220420833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42',
  prehashed:
    '98a70222f0b8121aa9d30f813d683f809e462b469c7ff87639499bb94e6dae4131f85042463c2a355a2003d062adf5aaa10b8c61e636062aaad11c2a26083406',
  pure: '30ce7dc477563d2a8f88301076b790176e828ab7032f0a3f368c7691042ddbdb3fffd5e769c6a3779dac465217044de4714a422bdf812b9212ac6bf0e4b81605',
} as const;

/** The seed 00 01 02 and so on: SHA-256 of the public key, and of a signature over 64 bytes of 07 with `rnd` of 07. */
export const ML_DSA_ANSWER = {
  publicKey: '837832708c5236d951581f1fddf2b79991b3424a0486d16da1ddad0fd69701be',
  signature: '3bf799652f7bd0d4d61c3a8ce29375c81a78c5052cd0324d245ee92d1fa415c8',
} as const;

/** The seed 00 01 02 and so on: what a ciphertext of zeros is rejected with. */
export const ML_KEM_ANSWER = {
  rejected: 'c8fbeddafdacef2ffeb8b354ea644f11b5c150f3e2c4a74ce38abba8f854ae16',
} as const;

/** GB/T 32918.5, appendix A: `message digest` and `encryption standard` with this nonce. */
export const SM2_ANSWER = {
  key: '308187020100301306072a8648ce3d020106082a811ccf5501822d046d306b02010104203945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8a1440342000409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13',
  nonce: '59276e27d506861a16680f3ad9c02dccef3cc1fa3cdbe4ce6d54b80deac1bc21',
  signature:
    '3046022100f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3022100b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa',
  ciphertext:
    '307c022004ebfc718e8d1798620432268e77feb6415e2ede0e073c0f4f640ecd2e149a73022100e858f9d81e5430a57b36daab8f950a3c64e6ee6a63094d99283aff767e124df0042059983c18f809e262923c53aec295d30383b54e39d609d160afcb1908d0bd8766041321886ca989ca9c7d58087307ca93092d651efa',
} as const;

/** RFC 5649, section 6. */
export const KEY_WRAP_ANSWER = {
  key: '5840df6e29b02af1ab493b705bf16ea1ae8338f4dcc176a8',
  wrapped: '138bdeaa9b8fa7fc61f97742e72248ee5ae6ae5360d1ae6a5f54f373fa543b6a',
  unwrapped: 'c37b7e6492584340bed12207808941155068f738',
} as const;

/** RFC 4231, test case 2: `Jefe`. */
export const HMAC_ANSWERS = [
  ['HMAC_224', 'HMAC_SHA_224', 'a30e01098bc6dbbf45690f3a7e9e6d0f8bbea2a39e6148008fd05e44'],
  ['HMAC_256', 'HMAC_SHA_256', '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843'],
  [
    'HMAC_384',
    'HMAC_SHA_384',
    'af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649',
  ],
  [
    'HMAC_512',
    'HMAC_SHA_512',
    '164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737',
  ],
] as const;

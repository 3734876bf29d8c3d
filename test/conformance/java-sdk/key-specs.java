import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.util.Arrays;
import javax.crypto.KeyAgreement;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.DataKeyPairSpec;
import software.amazon.awssdk.services.kms.model.EncapsulationAlgorithmSpec;
import software.amazon.awssdk.services.kms.model.EncryptionAlgorithmSpec;
import software.amazon.awssdk.services.kms.model.KeyAgreementAlgorithmSpec;
import software.amazon.awssdk.services.kms.model.KeyMetadata;
import software.amazon.awssdk.services.kms.model.KeySpec;
import software.amazon.awssdk.services.kms.model.KeyUsageType;
import software.amazon.awssdk.services.kms.model.KmsException;
import software.amazon.awssdk.services.kms.model.KmsInvalidMacException;
import software.amazon.awssdk.services.kms.model.KmsInvalidSignatureException;
import software.amazon.awssdk.services.kms.model.MacAlgorithmSpec;
import software.amazon.awssdk.services.kms.model.MessageType;
import software.amazon.awssdk.services.kms.model.SigningAlgorithmSpec;

/** Keys of every spec and usage that the SDK knows, used with every algorithm that the service says they have. */
final class KeySpecs {
  private final Scene scene;
  private final KmsClient kms;

  KeySpecs(Scene scene) {
    this.scene = scene;
    this.kms = scene.home;
  }

  void run() {
    for (KeySpec spec : KeySpec.knownValues()) {
      for (KeyUsageType usage : KeyUsageType.knownValues()) {
        KeyMetadata key;
        try {
          key = scene.newKey(r -> r.keySpec(spec).keyUsage(usage));
        } catch (KmsException error) {
          String code = error.awsErrorDetails().errorCode();
          Scene.check(code.equals("ValidationException"), "%s for %s: %s".formatted(spec, usage, error));
          continue;
        }
        useWithAll(key);
      }
    }
    dataKeyPairs();
  }

  private void useWithAll(KeyMetadata key) {
    key.encryptionAlgorithms().forEach(algorithm -> note(key, algorithm, () -> encryptWith(key, algorithm)));
    key.signingAlgorithms().forEach(algorithm -> note(key, algorithm, () -> signWith(key, algorithm)));
    key.macAlgorithms().forEach(algorithm -> note(key, algorithm, () -> macWith(key, algorithm)));
    key.keyAgreementAlgorithms().forEach(algorithm -> note(key, algorithm, () -> agreeWith(key, algorithm)));
    key.encapsulationAlgorithms().forEach(algorithm -> note(key, algorithm, () -> encapsulateWith(key, algorithm)));
  }

  private interface Use {
    void make() throws GeneralSecurityException;
  }

  private void note(KeyMetadata key, Object algorithm, Use use) {
    String name = "%s %s %s".formatted(key.keySpec(), key.keyUsage(), algorithm);
    try {
      use.make();
    } catch (GeneralSecurityException error) {
      throw new IllegalStateException(name, error);
    }
    scene.uses.add(name);
  }

  private SdkBytes spki(KeyMetadata key) {
    return kms.getPublicKey(r -> r.keyId(key.keyId())).publicKey();
  }

  /** The public key, where the JDK has a use for it; otherwise null. It reads keys of secp256k1, and refuses to use them. */
  private PublicKey jdkKey(KeyMetadata key) throws GeneralSecurityException {
    return key.keySpec() == KeySpec.ECC_SECG_P256_K1 ? null : JdkKeys.publicKey(spki(key));
  }

  private void encryptWith(KeyMetadata key, EncryptionAlgorithmSpec algorithm) throws GeneralSecurityException {
    SdkBytes ours =
        kms.encrypt(r -> r.keyId(key.keyId()).plaintext(Scene.FILE).encryptionAlgorithm(algorithm)).ciphertextBlob();
    checkOpens(key, algorithm, ours);
    if (!algorithm.toString().startsWith("RSAES")) return;
    PublicKey publicKey = jdkKey(key);
    String hash = algorithm == EncryptionAlgorithmSpec.RSAES_OAEP_SHA_1 ? "SHA-1" : "SHA-256";
    checkOpens(key, algorithm, JdkKeys.oaep(publicKey, hash, Scene.FILE));
  }

  private void checkOpens(KeyMetadata key, EncryptionAlgorithmSpec algorithm, SdkBytes ciphertext) {
    var opened =
        kms.decrypt(r -> r.keyId(key.keyId()).ciphertextBlob(ciphertext).encryptionAlgorithm(algorithm)).plaintext();
    Scene.check(opened.equals(Scene.FILE), "decrypted with " + algorithm);
  }

  private void signWith(KeyMetadata key, SigningAlgorithmSpec algorithm) throws GeneralSecurityException {
    boolean isHashed = algorithm == SigningAlgorithmSpec.ED25519_PH_SHA_512;
    SdkBytes message = isHashed ? JdkKeys.sha512(Scene.FILE) : Scene.FILE;
    MessageType type = isHashed ? MessageType.DIGEST : MessageType.RAW;
    SdkBytes signature =
        kms.sign(r -> r.keyId(key.keyId()).message(message).messageType(type).signingAlgorithm(algorithm)).signature();
    Scene.check(isValid(key, algorithm, message, type, signature), "verified with " + algorithm);
    PublicKey publicKey = jdkKey(key);
    if (publicKey == null) {
      // No secp256k1, SM2 and ML-DSA.
      Scene.check(!key.keySpec().toString().startsWith("RSA"), "a public key of " + key.keySpec());
    } else {
      Scene.check(JdkKeys.verifies(publicKey, algorithm.toString(), Scene.FILE, signature), "the JDK on " + algorithm);
    }
    SdkBytes wrong = SdkBytes.fromByteArray(new byte[message.asByteArray().length]);
    scene.refused(KmsInvalidSignatureException.class, () -> isValid(key, algorithm, wrong, type, signature));
  }

  private boolean isValid(
      KeyMetadata key, SigningAlgorithmSpec algorithm, SdkBytes message, MessageType type, SdkBytes signature) {
    return kms.verify(
            r ->
                r.keyId(key.keyId())
                    .message(message)
                    .messageType(type)
                    .signingAlgorithm(algorithm)
                    .signature(signature))
        .signatureValid();
  }

  private void macWith(KeyMetadata key, MacAlgorithmSpec algorithm) {
    String id = key.keyId();
    SdkBytes mac = kms.generateMac(r -> r.keyId(id).message(Scene.FILE).macAlgorithm(algorithm)).mac();
    var verified = kms.verifyMac(r -> r.keyId(id).message(Scene.FILE).macAlgorithm(algorithm).mac(mac));
    Scene.check(verified.macValid(), "verified with " + algorithm);
    SdkBytes wrong = SdkBytes.fromUtf8String("another file");
    scene.refused(
        KmsInvalidMacException.class,
        () -> kms.verifyMac(r -> r.keyId(id).message(wrong).macAlgorithm(algorithm).mac(mac)));
  }

  private SdkBytes derive(KeyMetadata key, KeyAgreementAlgorithmSpec algorithm, SdkBytes peer) {
    return kms.deriveSharedSecret(r -> r.keyId(key.keyId()).keyAgreementAlgorithm(algorithm).publicKey(peer))
        .sharedSecret();
  }

  private void agreeWith(KeyMetadata key, KeyAgreementAlgorithmSpec algorithm) throws GeneralSecurityException {
    KeyMetadata peer = scene.newKey(r -> r.keySpec(key.keySpec()).keyUsage(key.keyUsage()));
    SdkBytes secret = derive(key, algorithm, spki(peer));
    Scene.check(secret.equals(derive(peer, algorithm, spki(key))), "a secret of two keys");
    PublicKey publicKey = jdkKey(key);
    if (!(publicKey instanceof ECPublicKey theirs)) {
      Scene.check(key.keySpec() == KeySpec.SM2, "a key of a NIST curve");
      return;
    }
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(theirs.getParams());
    KeyPair own = generator.generateKeyPair();
    KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
    agreement.init(own.getPrivate());
    agreement.doPhase(theirs, true);
    SdkBytes ours = derive(key, algorithm, SdkBytes.fromByteArray(own.getPublic().getEncoded()));
    Scene.check(Arrays.equals(ours.asByteArray(), agreement.generateSecret()), "a secret shared with the JDK");
  }

  private void encapsulateWith(KeyMetadata key, EncapsulationAlgorithmSpec algorithm) {
    var made = kms.encapsulate(r -> r.keyId(key.keyId()).encapsulationAlgorithm(algorithm));
    SdkBytes ciphertext = made.sharedSecretCiphertextBlob();
    var opened =
        kms.decapsulate(
            r -> r.keyId(key.keyId()).encapsulationAlgorithm(algorithm).sharedSecretCiphertextBlob(ciphertext));
    Scene.check(made.sharedSecret().asByteArray().length == 32, "a secret");
    Scene.check(opened.sharedSecret().equals(made.sharedSecret()), "the same secret");
  }

  private void dataKeyPairs() {
    String id = scene.newKey(r -> {}).keyId();
    for (DataKeyPairSpec spec : DataKeyPairSpec.knownValues()) {
      var made = kms.generateDataKeyPair(r -> r.keyId(id).keyPairSpec(spec));
      SdkBytes opened = scene.open(made.privateKeyCiphertextBlob());
      Scene.check(opened.equals(made.privateKeyPlaintext()), "the private key of a pair: " + spec);
    }
    var bare = kms.generateDataKeyPairWithoutPlaintext(r -> r.keyId(id).keyPairSpec(DataKeyPairSpec.ECC_NIST_P256));
    Scene.check(bare.publicKey().asByteArray().length > 32, "a pair without plaintext");
  }
}

import java.util.List;
import java.util.function.Supplier;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.DependencyTimeoutException;
import software.amazon.awssdk.services.kms.model.ExpiredImportTokenException;
import software.amazon.awssdk.services.kms.model.IncorrectKeyException;
import software.amazon.awssdk.services.kms.model.InvalidAliasNameException;
import software.amazon.awssdk.services.kms.model.InvalidArnException;
import software.amazon.awssdk.services.kms.model.InvalidKeyUsageException;
import software.amazon.awssdk.services.kms.model.InvalidMarkerException;
import software.amazon.awssdk.services.kms.model.KeyUnavailableException;
import software.amazon.awssdk.services.kms.model.KmsInternalException;
import software.amazon.awssdk.services.kms.model.MalformedPolicyDocumentException;
import software.amazon.awssdk.services.kms.model.SigningAlgorithmSpec;
import software.amazon.awssdk.services.kms.model.Tag;
import software.amazon.awssdk.services.kms.model.TagException;
import software.amazon.awssdk.services.kms.model.UnsupportedOperationException;

/** Exceptions that nothing else led to. */
final class Refusals {
  private final Scene scene;
  private final KmsClient kms;

  Refusals(Scene scene) {
    this.scene = scene;
    this.kms = scene.home;
  }

  void run() {
    String id = scene.newKey(r -> {}).keyId();
    String other = scene.newKey(r -> {}).keyId();
    SdkBytes sealed = kms.encrypt(r -> r.keyId(id).plaintext(Scene.FILE)).ciphertextBlob();
    scene.refused(IncorrectKeyException.class, () -> kms.decrypt(r -> r.keyId(other).ciphertextBlob(sealed)));
    scene.refused(
        InvalidKeyUsageException.class,
        () ->
            kms.sign(r -> r.keyId(id).message(Scene.FILE).signingAlgorithm(SigningAlgorithmSpec.ECDSA_SHA_256)));
    scene.refused(
        InvalidAliasNameException.class,
        () -> kms.createAlias(r -> r.aliasName("alias/aws/java").targetKeyId(id)));
    scene.refused(InvalidArnException.class, () -> kms.describeKey(r -> r.keyId("arn:aws:s3:::bucket")));
    scene.refused(InvalidMarkerException.class, () -> kms.listKeys(r -> r.marker("x")));
    scene.refused(MalformedPolicyDocumentException.class, () -> kms.createKey(r -> r.policy("{")));
    Tag reserved = Tag.builder().tagKey("aws:a").tagValue("b").build();
    scene.refused(TagException.class, () -> kms.tagResource(r -> r.keyId(id).tags(reserved)));
    scene.refused(UnsupportedOperationException.class, () -> kms.getPublicKey(r -> r.keyId(id)));
    refuseKeyStores();
    answered();
  }

  /** What the service has not. */
  private void refuseKeyStores() {
    String id = "cks-1";
    List<Supplier<?>> calls =
        List.of(
            () -> kms.connectCustomKeyStore(r -> r.customKeyStoreId(id)),
            () -> kms.createCustomKeyStore(r -> r.customKeyStoreName(id)),
            () -> kms.deleteCustomKeyStore(r -> r.customKeyStoreId(id)),
            () -> kms.describeCustomKeyStores(),
            () -> kms.disconnectCustomKeyStore(r -> r.customKeyStoreId(id)),
            () -> kms.updateCustomKeyStore(r -> r.customKeyStoreId(id)));
    for (Supplier<?> call : calls) scene.refused(UnsupportedOperationException.class, call);
  }

  /** What a working service does not answer. */
  private void answered() {
    KmsClient standIn = scene.standIn;
    String id = "alias/any";
    scene.refused(KeyUnavailableException.class, () -> standIn.encrypt(r -> r.keyId(id).plaintext(Scene.FILE)));
    scene.refused(KmsInternalException.class, () -> standIn.generateRandom());
    scene.refused(DependencyTimeoutException.class, () -> standIn.listKeys());
    scene.refused(
        ExpiredImportTokenException.class,
        () -> standIn.importKeyMaterial(r -> r.keyId(id).importToken(Scene.FILE).encryptedKeyMaterial(Scene.FILE)));
  }
}

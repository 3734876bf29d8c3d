import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.AlgorithmSpec;
import software.amazon.awssdk.services.kms.model.ConflictException;
import software.amazon.awssdk.services.kms.model.ExpirationModelType;
import software.amazon.awssdk.services.kms.model.ImportKeyMaterialRequest;
import software.amazon.awssdk.services.kms.model.ImportType;
import software.amazon.awssdk.services.kms.model.IncludeKeyMaterial;
import software.amazon.awssdk.services.kms.model.IncorrectKeyMaterialException;
import software.amazon.awssdk.services.kms.model.InvalidImportTokenException;
import software.amazon.awssdk.services.kms.model.KeySpec;
import software.amazon.awssdk.services.kms.model.KeyUsageType;
import software.amazon.awssdk.services.kms.model.KmsInvalidStateException;
import software.amazon.awssdk.services.kms.model.MacAlgorithmSpec;
import software.amazon.awssdk.services.kms.model.OriginType;
import software.amazon.awssdk.services.kms.model.RotationsListEntry;
import software.amazon.awssdk.services.kms.model.WrappingKeySpec;

/** Keys that are rotated, and keys whose material is imported. */
final class KeyMaterials {
  /** A rotation is done within seconds. */
  private static final long ROTATION_MAX_MS = 30_000;

  private static final long POLL_MS = 50;

  /** Together at most as many as a key takes in its life. */
  private static final int ROTATIONS_AT_ONCE = 8;

  private static final int ROTATION_ROUNDS = 3;

  private final Scene scene;
  private final KmsClient kms;

  KeyMaterials(Scene scene) {
    this.scene = scene;
    this.kms = scene.home;
  }

  void run() {
    rotation();
    conflict();
    try {
      importedMaterial();
    } catch (GeneralSecurityException error) {
      throw new IllegalStateException(error);
    }
  }

  private void rotation() {
    String id = scene.newKey(r -> {}).keyId();
    kms.enableKeyRotation(r -> r.keyId(id).rotationPeriodInDays(180));
    var status = kms.getKeyRotationStatus(r -> r.keyId(id));
    Scene.check(status.keyRotationEnabled() && status.rotationPeriodInDays() == 180, "automatic rotation");
    kms.disableKeyRotation(r -> r.keyId(id));
    SdkBytes sealed = kms.encrypt(r -> r.keyId(id).plaintext(Scene.FILE)).ciphertextBlob();
    rotate(id);
    rotate(id);
    Scene.check(scene.open(sealed).equals(Scene.FILE), "decrypted after a rotation");
    var pages =
        kms.listKeyRotationsPaginator(
            r -> r.keyId(id).includeKeyMaterial(IncludeKeyMaterial.ALL_KEY_MATERIAL).limit(1));
    var materials = pages.rotations().stream().map(RotationsListEntry::keyMaterialId).collect(Collectors.toSet());
    Scene.check(materials.size() == 3, "three materials in pages of one");
  }

  /** Rotates, and waits until the service says that it is done. */
  private void rotate(String id) {
    kms.rotateKeyOnDemand(r -> r.keyId(id));
    waitForRotation(id);
  }

  private void waitForRotation(String id) {
    long end = System.currentTimeMillis() + ROTATION_MAX_MS;
    while (System.currentTimeMillis() < end) {
      if (kms.getKeyRotationStatus(r -> r.keyId(id)).onDemandRotationStartDate() == null) return;
      try {
        Thread.sleep(POLL_MS);
      } catch (InterruptedException error) {
        throw new IllegalStateException(error);
      }
    }
    Scene.check(false, "a rotation that is done");
  }

  /** Of rotations that are asked for at once, one is in progress when another one is judged. */
  private void conflict() {
    String id = scene.newKey(r -> {}).keyId();
    boolean seen = false;
    for (int round = 0; round < ROTATION_ROUNDS && !seen; round += 1) {
      List<Thread> threads =
          IntStream.range(0, ROTATIONS_AT_ONCE).mapToObj(at -> new Thread(() -> rotateOrConflict(id))).toList();
      threads.forEach(Thread::start);
      for (Thread thread : threads) {
        try {
          thread.join();
        } catch (InterruptedException error) {
          throw new IllegalStateException(error);
        }
      }
      seen = scene.typed.contains("ConflictException");
      waitForRotation(id);
    }
    Scene.check(seen, "a rotation while another one is in progress");
  }

  private void rotateOrConflict(String id) {
    try {
      kms.rotateKeyOnDemand(r -> r.keyId(id));
    } catch (ConflictException error) {
      scene.note(error);
    }
  }

  /** Imports material in its wrapping, with the token that goes with it. */
  private void importInto(String id, SdkBytes material, Consumer<ImportKeyMaterialRequest.Builder> more)
      throws GeneralSecurityException {
    var parameters =
        kms.getParametersForImport(
            r ->
                r.keyId(id)
                    .wrappingAlgorithm(AlgorithmSpec.RSAES_OAEP_SHA_256)
                    .wrappingKeySpec(WrappingKeySpec.RSA_2048));
    SdkBytes wrapped = JdkKeys.oaep(JdkKeys.publicKey(parameters.publicKey()), "SHA-256", material);
    kms.importKeyMaterial(
        r ->
            r.keyId(id)
                .importToken(parameters.importToken())
                .encryptedKeyMaterial(wrapped)
                .expirationModel(ExpirationModelType.KEY_MATERIAL_DOES_NOT_EXPIRE)
                .applyMutation(more));
  }

  private static SdkBytes material(int value) {
    byte[] bytes = new byte[32];
    Arrays.fill(bytes, (byte) value);
    return SdkBytes.fromByteArray(bytes);
  }

  private void importedMaterial() throws GeneralSecurityException {
    String id = scene.newKey(r -> r.origin(OriginType.EXTERNAL)).keyId();
    importInto(id, material(1), r -> {});
    SdkBytes sealed = kms.encrypt(r -> r.keyId(id).plaintext(Scene.FILE)).ciphertextBlob();
    refusedImport(IncorrectKeyMaterialException.class, id, r -> {});
    refusedImport(InvalidImportTokenException.class, id, r -> r.importToken(material(1)));
    importInto(
        id, material(2), r -> r.importType(ImportType.NEW_KEY_MATERIAL).keyMaterialDescription("the second"));
    rotate(id);
    kms.deleteImportedKeyMaterial(r -> r.keyId(id));
    scene.refused(KmsInvalidStateException.class, () -> kms.decrypt(r -> r.ciphertextBlob(sealed)));
    importInto(id, material(2), r -> {});
    Scene.check(scene.open(sealed).equals(Scene.FILE), "decrypted after its material was imported again");
    importedMac();
  }

  private void refusedImport(
      Class<? extends AwsServiceException> type,
      String id,
      Consumer<ImportKeyMaterialRequest.Builder> more) {
    scene.refused(
        type,
        () -> {
          try {
            importInto(id, material(2), more);
          } catch (GeneralSecurityException error) {
            throw new IllegalStateException(error);
          }
          return null;
        });
  }

  /** A MAC under imported material is the one that everybody else makes with it. */
  private void importedMac() throws GeneralSecurityException {
    String id =
        scene
            .newKey(
                r ->
                    r.origin(OriginType.EXTERNAL)
                        .keySpec(KeySpec.HMAC_256)
                        .keyUsage(KeyUsageType.GENERATE_VERIFY_MAC))
            .keyId();
    importInto(id, material(3), r -> {});
    var made = kms.generateMac(r -> r.keyId(id).message(Scene.FILE).macAlgorithm(MacAlgorithmSpec.HMAC_SHA_256));
    Scene.check(made.mac().equals(JdkKeys.hmacSha256(material(3), Scene.FILE)), "a MAC of the JDK");
  }
}

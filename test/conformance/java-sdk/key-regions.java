import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.model.AlreadyExistsException;
import software.amazon.awssdk.services.kms.model.KeyLastUsageTrackingOperation;
import software.amazon.awssdk.services.kms.model.KeyMetadata;
import software.amazon.awssdk.services.kms.model.MultiRegionKeyType;
import software.amazon.awssdk.services.kms.model.NotFoundException;
import software.amazon.awssdk.services.kms.model.ReplicateKeyRequest;
import software.amazon.awssdk.services.kms.model.UnsupportedOperationException;

/** One key in two Regions. */
final class KeyRegions {
  private final Scene scene;

  KeyRegions(Scene scene) {
    this.scene = scene;
  }

  void run() {
    String id = scene.newKey(r -> r.multiRegion(true)).keyId();
    ReplicateKeyRequest request =
        ReplicateKeyRequest.builder().keyId(id).replicaRegion(Scene.OTHER_REGION).description("a replica").build();
    KeyMetadata replica = scene.home.replicateKey(request).replicaKeyMetadata();
    Scene.check(
        replica.multiRegionConfiguration().multiRegionKeyType() == MultiRegionKeyType.REPLICA, "a replica");
    scene.refused(AlreadyExistsException.class, () -> scene.home.replicateKey(request));
    scene.refused(UnsupportedOperationException.class, () -> scene.other.replicateKey(request));
    SdkBytes sealed = scene.other.encrypt(r -> r.keyId(id).plaintext(Scene.FILE)).ciphertextBlob();
    Scene.check(scene.open(sealed).equals(Scene.FILE), "decrypted in the other Region");
    var there = scene.other.getKeyLastUsage(r -> r.keyId(id)).keyLastUsage();
    Scene.check(there.operation() == KeyLastUsageTrackingOperation.ENCRYPT, "the last use there");
    scene.home.updatePrimaryRegion(r -> r.keyId(id).primaryRegion(Scene.OTHER_REGION));
    var described = scene.other.describeKey(r -> r.keyId(id)).keyMetadata().multiRegionConfiguration();
    Scene.check(described.primaryKey().region().equals(Scene.OTHER_REGION), "another primary key");
    Scene.check(described.replicaKeys().size() == 1, "a replica that was the primary key");
    scene.refused(NotFoundException.class, () -> scene.home.describeKey(r -> r.keyId(replica.arn())));
  }
}

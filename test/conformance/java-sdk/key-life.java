import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.AlreadyExistsException;
import software.amazon.awssdk.services.kms.model.DataKeySpec;
import software.amazon.awssdk.services.kms.model.DisabledException;
import software.amazon.awssdk.services.kms.model.DryRunModifierType;
import software.amazon.awssdk.services.kms.model.DryRunOperationException;
import software.amazon.awssdk.services.kms.model.InvalidCiphertextException;
import software.amazon.awssdk.services.kms.model.KeyLastUsageTrackingOperation;
import software.amazon.awssdk.services.kms.model.KeyMetadata;
import software.amazon.awssdk.services.kms.model.KeyState;
import software.amazon.awssdk.services.kms.model.KmsInvalidStateException;
import software.amazon.awssdk.services.kms.model.Tag;

/** The first key, from its making to its end. */
final class KeyLife {
  private final Scene scene;
  private final KmsClient kms;

  KeyLife(Scene scene) {
    this.scene = scene;
    this.kms = scene.home;
  }

  void run() {
    Tag team = Tag.builder().tagKey("team").tagValue("a").build();
    KeyMetadata key = scene.newKey(r -> r.description("java").tags(team));
    useKey(key);
    nameKey(key.keyId());
    describeKey(key.keyId());
    endKey(key.keyId());
  }

  private void useKey(KeyMetadata key) {
    String id = key.keyId();
    SdkBytes sealed =
        kms.encrypt(r -> r.keyId(id).plaintext(Scene.FILE).encryptionContext(Scene.BOUND)).ciphertextBlob();
    var opened = kms.decrypt(r -> r.ciphertextBlob(sealed).encryptionContext(Scene.BOUND));
    Scene.check(opened.plaintext().equals(Scene.FILE) && opened.keyId().equals(key.arn()), "decrypted by the key");
    scene.refused(InvalidCiphertextException.class, () -> kms.decrypt(r -> r.ciphertextBlob(sealed)));
    SdkBytes moved =
        kms.reEncrypt(r -> r.ciphertextBlob(sealed).sourceEncryptionContext(Scene.BOUND).destinationKeyId(id))
            .ciphertextBlob();
    Scene.check(scene.open(moved).equals(Scene.FILE), "re-encrypted without a context");
    var whole = kms.generateDataKey(r -> r.keyId(id).keySpec(DataKeySpec.AES_256));
    Scene.check(scene.open(whole.ciphertextBlob()).equals(whole.plaintext()), "a data key");
    Scene.check(whole.plaintext().asByteArray().length == 32, "a data key's length");
    var closed = kms.generateDataKeyWithoutPlaintext(r -> r.keyId(id).numberOfBytes(64));
    Scene.check(scene.open(closed.ciphertextBlob()).asByteArray().length == 64, "a data key without plaintext");
    Scene.check(kms.generateRandom(r -> r.numberOfBytes(17)).plaintext().asByteArray().length == 17, "random bytes");
    var last = kms.getKeyLastUsage(r -> r.keyId(id));
    Scene.check(last.keyLastUsage().operation() == KeyLastUsageTrackingOperation.DECRYPT, "a last use");
    Scene.check(last.trackingStartDate().equals(last.keyCreationDate()), "a use that is known from the beginning on");
  }

  private void nameKey(String id) {
    String alias = "alias/java";
    String other = scene.newKey(r -> {}).keyId();
    kms.createAlias(r -> r.aliasName(alias).targetKeyId(other));
    scene.refused(AlreadyExistsException.class, () -> kms.createAlias(r -> r.aliasName(alias).targetKeyId(other)));
    kms.updateAlias(r -> r.aliasName(alias).targetKeyId(id));
    var aliases = kms.listAliases(r -> r.keyId(id)).aliases();
    Scene.check(aliases.size() == 1 && aliases.get(0).targetKeyId().equals(id), "an alias that was moved");
    kms.updateKeyDescription(r -> r.keyId(id).description("orders"));
    KeyMetadata described = kms.describeKey(r -> r.keyId(alias)).keyMetadata();
    Scene.check(described.keyId().equals(id) && described.creationDate().getEpochSecond() > 0, "a key by its alias");
    Scene.check(described.description().equals("orders"), "a description");
    kms.deleteAlias(r -> r.aliasName(alias));
    Scene.check(kms.listKeysPaginator(r -> r.limit(1)).keys().stream().count() == 3, "three keys in pages of one");
  }

  private void describeKey(String id) {
    kms.tagResource(r -> r.keyId(id).tags(Tag.builder().tagKey("stage").tagValue("test").build()));
    kms.untagResource(r -> r.keyId(id).tagKeys("team"));
    var tags = kms.listResourceTags(r -> r.keyId(id)).tags();
    Scene.check(tags.size() == 1 && tags.get(0).tagValue().equals("test"), "tags");
    Scene.check(kms.listKeyPolicies(r -> r.keyId(id)).policyNames().toString().equals("[default]"), "one policy");
    String policy = kms.getKeyPolicy(r -> r.keyId(id)).policy();
    Scene.check(policy.contains("Statement"), "a key policy");
    kms.putKeyPolicy(r -> r.keyId(id).policy(policy));
  }

  private void endKey(String id) {
    kms.disableKey(r -> r.keyId(id));
    scene.refused(DisabledException.class, () -> kms.encrypt(r -> r.keyId(id).plaintext(Scene.FILE)));
    kms.enableKey(r -> r.keyId(id));
    scene.refused(
        DryRunOperationException.class, () -> kms.encrypt(r -> r.keyId(id).plaintext(Scene.FILE).dryRun(true)));
    scene.refused(
        DryRunOperationException.class,
        () -> kms.decrypt(r -> r.keyId(id).dryRun(true).dryRunModifiers(DryRunModifierType.IGNORE_CIPHERTEXT)));
    kms.scheduleKeyDeletion(r -> r.keyId(id).pendingWindowInDays(7));
    scene.refused(KmsInvalidStateException.class, () -> kms.encrypt(r -> r.keyId(id).plaintext(Scene.FILE)));
    kms.cancelKeyDeletion(r -> r.keyId(id));
    KeyState state = kms.describeKey(r -> r.keyId(id)).keyMetadata().keyState();
    Scene.check(state == KeyState.DISABLED, "a key that is disabled, its deletion taken back");
  }
}

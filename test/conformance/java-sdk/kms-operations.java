import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.CreateGrantRequest;
import software.amazon.awssdk.services.kms.model.DataKeySpec;
import software.amazon.awssdk.services.kms.model.GrantOperation;
import software.amazon.awssdk.services.kms.model.KeyMetadata;
import software.amazon.awssdk.services.kms.model.KeyState;
import software.amazon.awssdk.services.kms.model.Tag;

/**
 * Drives the service with the AWS SDK for Java v2, unmodified, by every operation that the service has. Settings come
 * from the environment and from the JVM's trust store alone. Prints one line of JSON.
 */
public final class KmsOperations {
  private static final SdkBytes FILE = SdkBytes.fromUtf8String("a file");
  private static final Map<String, String> BOUND = Map.of("customer", "4711");

  private final KmsClient kms;
  private final Map<String, String> answer = new TreeMap<>();

  private KmsOperations(KmsClient kms) {
    this.kms = kms;
  }

  public static void main(String[] args) {
    try (KmsClient kms = KmsClient.create()) {
      KmsOperations operations = new KmsOperations(kms);
      operations.run();
      StringBuilder json = new StringBuilder();
      operations.answer.forEach(
          (name, code) -> json.append(json.isEmpty() ? "{" : ",").append("\"%s\":\"%s\"".formatted(name, code)));
      System.out.println(json.append("}"));
    }
  }

  private void run() {
    Tag team = Tag.builder().tagKey("team").tagValue("a").build();
    KeyMetadata key = kms.createKey(r -> r.description("java").tags(team)).keyMetadata();
    useKey(key);
    nameKey(key.keyId());
    grantKey(key.keyId());
    endKey(key.keyId());
    answer.put("unknownKey", codeOf(() -> kms.describeKey(r -> r.keyId("alias/none"))));
  }

  private void useKey(KeyMetadata key) {
    String id = key.keyId();
    SdkBytes sealed = kms.encrypt(r -> r.keyId(id).plaintext(FILE).encryptionContext(BOUND)).ciphertextBlob();
    var opened = kms.decrypt(r -> r.ciphertextBlob(sealed).encryptionContext(BOUND));
    check(opened.plaintext().equals(FILE) && opened.keyId().equals(key.arn()), "decrypted by the key");
    answer.put("wrongContext", codeOf(() -> kms.decrypt(r -> r.ciphertextBlob(sealed))));
    SdkBytes moved =
        kms.reEncrypt(r -> r.ciphertextBlob(sealed).sourceEncryptionContext(BOUND).destinationKeyId(id))
            .ciphertextBlob();
    check(open(moved).equals(FILE), "re-encrypted without a context");
    var whole = kms.generateDataKey(r -> r.keyId(id).keySpec(DataKeySpec.AES_256));
    check(open(whole.ciphertextBlob()).equals(whole.plaintext()), "a data key");
    check(whole.plaintext().asByteArray().length == 32, "a data key's length");
    var closed = kms.generateDataKeyWithoutPlaintext(r -> r.keyId(id).numberOfBytes(64));
    check(open(closed.ciphertextBlob()).asByteArray().length == 64, "a data key without plaintext");
    byte[] random = kms.generateRandom(r -> r.numberOfBytes(17)).plaintext().asByteArray();
    check(random.length == 17 && !Arrays.equals(random, new byte[17]), "random bytes");
  }

  private SdkBytes open(SdkBytes sealed) {
    return kms.decrypt(r -> r.ciphertextBlob(sealed)).plaintext();
  }

  private void nameKey(String id) {
    String alias = "alias/java";
    String other = kms.createKey().keyMetadata().keyId();
    kms.createAlias(r -> r.aliasName(alias).targetKeyId(other));
    kms.updateAlias(r -> r.aliasName(alias).targetKeyId(id));
    var aliases = kms.listAliases(r -> r.keyId(id)).aliases();
    check(aliases.size() == 1 && aliases.get(0).targetKeyId().equals(id), "an alias that was moved");
    KeyMetadata described = kms.describeKey(r -> r.keyId(alias)).keyMetadata();
    check(described.keyId().equals(id) && described.creationDate().getEpochSecond() > 0, "a key by its alias");
    kms.deleteAlias(r -> r.aliasName(alias));
    check(kms.listKeysPaginator(r -> r.limit(1)).keys().stream().count() == 3, "three keys in pages of one");
    kms.tagResource(r -> r.keyId(id).tags(Tag.builder().tagKey("stage").tagValue("test").build()));
    kms.untagResource(r -> r.keyId(id).tagKeys("team"));
    var tags = kms.listResourceTags(r -> r.keyId(id)).tags();
    check(tags.size() == 1 && tags.get(0).tagValue().equals("test"), "tags");
    String policy = kms.getKeyPolicy(r -> r.keyId(id)).policy();
    check(policy.getBytes(UTF_8).length > 0 && policy.contains("Statement"), "a key policy");
    kms.putKeyPolicy(r -> r.keyId(id).policy(policy));
    check(!kms.getKeyRotationStatus(r -> r.keyId(id)).keyRotationEnabled(), "no rotation");
  }

  private void grantKey(String id) {
    String app = System.getenv("GRANTEE");
    CreateGrantRequest request =
        CreateGrantRequest.builder()
            .keyId(id)
            .granteePrincipal(app)
            .retiringPrincipal(app)
            .operations(GrantOperation.DECRYPT)
            .build();
    String first = kms.createGrant(request).grantId();
    String second = kms.createGrant(request.toBuilder().name("second").build()).grantToken();
    check(kms.listGrants(r -> r.keyId(id)).grants().size() == 2, "two grants");
    check(kms.listRetirableGrants(r -> r.retiringPrincipal(app)).grants().size() == 2, "two grants to retire");
    kms.revokeGrant(r -> r.keyId(id).grantId(first));
    kms.retireGrant(r -> r.grantToken(second));
    check(kms.listGrants(r -> r.keyId(id)).grants().isEmpty(), "no grant any more");
  }

  private void endKey(String id) {
    kms.disableKey(r -> r.keyId(id));
    answer.put("disabled", codeOf(() -> kms.encrypt(r -> r.keyId(id).plaintext(FILE))));
    kms.enableKey(r -> r.keyId(id));
    answer.put("dryRun", codeOf(() -> kms.encrypt(r -> r.keyId(id).plaintext(FILE).dryRun(true))));
    kms.scheduleKeyDeletion(r -> r.keyId(id).pendingWindowInDays(7));
    answer.put("pending", codeOf(() -> kms.encrypt(r -> r.keyId(id).plaintext(FILE))));
    kms.cancelKeyDeletion(r -> r.keyId(id));
    KeyState state = kms.describeKey(r -> r.keyId(id)).keyMetadata().keyState();
    check(state == KeyState.DISABLED, "a key that is disabled, its deletion taken back");
  }

  /** The code of the error that a call must end with. */
  private static String codeOf(Runnable call) {
    try {
      call.run();
    } catch (AwsServiceException error) {
      return error.awsErrorDetails().errorCode();
    }
    throw new IllegalStateException("the call succeeded");
  }

  private static void check(boolean ok, String what) {
    if (!ok) throw new IllegalStateException("not so: " + what);
  }
}
